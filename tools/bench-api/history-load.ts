import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Client } from './client.ts';
import { KeptConnection } from './kept-connection.ts';
import { Latencies } from './latencies.ts';
import type { Verdict } from './verdict.ts';

/** Target: the 95th percentile of any page, filter or search, in milliseconds. */
const PAGE_LIMIT_MS = 50;
/** Target: until the first byte of all of the history as CSV, in milliseconds. */
const CSV_LIMIT_MS = 200;

const TYPES = ['full', 'students', 'financial', 'teachers'];
const SORTS = ['created', 'finished', 'size', 'rows', 'duration', 'name', 'type', 'state'];
const WORDS = ['daily', 'before', 'promotion', 'nightly', 'exam', 'term', 'zzzz', 'full', 'stud', 'admin'];

/** Fills the catalog with jobs of the last three years: mostly backups that succeeded, some of everything else. */
export async function fillHistory(databaseUrl: string, records: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(FILL, [records]);
    await client.query('VACUUM (ANALYZE) "satchel"."job"');
  } finally {
    await client.end();
  }
}

const FILL = `
INSERT INTO "satchel"."job" ("job_id", "kind", "state", "scope_name", "name", "mode", "backup_id", "file", "location",
  "requested_by", "created_at", "started_at", "finished_at", "size_bytes", "rows", "digest", "verified_at", "attempt")
SELECT id, kind, state, scope, name, CASE WHEN kind = 'restore' THEN 'merge' END, id,
  concat(coalesce(name, scope), '_', to_char(at, 'YYYYMMDD"T"HH24MISS'), '_', left(id::text, 8), '.json.zst'), '/backups',
  (ARRAY['admin', 'office', 'principal', 'night-script'])[1 + n % 4], at, at, at + n % 300 * interval '1 second',
  CASE WHEN kind = 'backup' AND state = 'success' THEN 1000000 + (n::bigint * 7919) % 90000000 END,
  CASE WHEN kind = 'backup' AND state = 'success' THEN 1000 + (n::bigint * 104729) % 5000000 END,
  NULL, CASE WHEN n % 3 = 0 AND kind = 'backup' AND state = 'success' THEN at + interval '1 hour' END, 1
FROM (
  SELECT n, gen_random_uuid() AS id, now() - n * interval '15 minutes' AS at,
    CASE WHEN n % 23 = 0 THEN 'restore' WHEN n % 29 = 0 THEN 'verify' ELSE 'backup' END AS kind,
    CASE WHEN n % 41 = 0 THEN 'failed' WHEN n % 97 = 0 THEN 'cancelled' ELSE 'success' END AS state,
    (ARRAY['full', 'students', 'financial', 'teachers'])[1 + n % 4] AS scope,
    (ARRAY['daily_backup', 'before promotion', NULL, 'nightly', 'exam term ' || n % 500])[1 + n % 5] AS name
  FROM generate_series(1, $1::int) AS n
) AS invented`;

/** CPU seconds until now, of each side. */
export interface Cpu {
  readonly server: () => number;
  readonly database: () => number;
}

export interface HistoryLoad {
  readonly records: number;
  readonly clients: number;
  readonly seconds: number;
  /** Mean of a client's pause between an answer and its next question, in milliseconds. */
  readonly pauseMs: number;
}

/** How many answers there are for each that is looked into; of the others, only status and length are. */
const LOOK_AT_ONE_IN = 50;

/** Until the code is compiled and the first counts are made, as in a server that has run for a minute; in seconds. */
const WARM_UP_SECONDS = 3;

/**
 * Asks for pages, filters, searches and sorts in turns, from so many clients at once: with pauses, as people page, and without
 * any, which is the most that so many clients can ask. Both must hold.
 */
export async function loadHistory(
  client: Client,
  load: HistoryLoad,
  cpu: Cpu,
  say: (line: string) => void,
): Promise<Verdict[]> {
  const { records, pauseMs } = load;
  await askFor(client, { ...load, seconds: WARM_UP_SECONDS, pauseMs: 0 });
  const verdicts: Verdict[] = [];
  for (const pause of new Set([pauseMs, 0])) {
    for (const [shape, latencies] of await measured(client, { ...load, pauseMs: pause }, cpu, say)) {
      verdicts.push({
        what: `history${pause === 0 ? ' without a pause' : ''}, ${shape}, 95th percentile`,
        value: latencies.percentile(0.95),
        limit: PAGE_LIMIT_MS,
        unit: 'ms',
      });
    }
  }
  return [...verdicts, await firstByteOfCsv(client, records)];
}

async function measured(
  client: Client,
  load: HistoryLoad,
  cpu: Cpu,
  say: (line: string) => void,
): Promise<[shape: string, latencies: Latencies][]> {
  const { records, clients, seconds, pauseMs } = load;
  const [server, database, own] = [cpu.server(), cpu.database(), process.cpuUsage()];
  const byShape = await askFor(client, load);
  const { user, system } = process.cpuUsage(own);
  const count = byShape.reduce((sum, [, latencies]) => sum + latencies.count, 0);
  const each = (cpuSeconds: number): string => `${((1000 * cpuSeconds) / count).toFixed(2)} ms`;
  say(
    `History of ${records} jobs, ${clients} clients, ${pauseMs === 0 ? 'no pause' : `a pause of ${pauseMs} ms on average`}: ` +
      `${(count / seconds).toFixed(0)} answers a second\n` +
      `  CPU of one answer: server ${each(cpu.server() - server)}, database ${each(cpu.database() - database)}, ` +
      `this load ${each((user + system) / 1e6)}`,
  );
  for (const [shape, latencies] of byShape) {
    say(
      `  ${shape.padEnd(16)} ${String(latencies.count).padStart(6)} answers  p50 ${latencies.percentile(0.5).toFixed(1)} ms  ` +
        `p95 ${latencies.percentile(0.95).toFixed(1)} ms  p99 ${latencies.percentile(0.99).toFixed(1)} ms`,
    );
  }
  return byShape;
}

async function askFor(
  client: Client,
  { records, clients, seconds, pauseMs }: HistoryLoad,
): Promise<[shape: string, latencies: Latencies][]> {
  const byShape = new Map<string, Latencies>();
  const end = performance.now() + seconds * 1000;
  let seed = 0;
  const ask = async (connection: KeptConnection): Promise<void> => {
    // Clients that come one after the other do not ask all at the same moment.
    if (pauseMs > 0) await delay(pauseMs * Math.random());
    while (performance.now() < end) {
      const { shape, query } = question(seed++, records);
      const looked = seed % LOOK_AT_ONE_IN === 0;
      const { status, ms, body } = await connection.ask(`/backup/api/history/?${query}`, looked);
      if (status !== 200) throw new Error(`history/?${query} answered ${status}.`);
      if (body !== null) checkPage(query, body);
      const latencies = byShape.get(shape) ?? new Latencies();
      byShape.set(shape, latencies);
      latencies.add(ms);
      if (pauseMs > 0) await delay(-pauseMs * Math.log(1 - Math.random()));
    }
  };
  const connections = Array.from({ length: clients }, () => new KeptConnection(client.port, client.headers));
  try {
    await Promise.all(connections.map(ask));
  } finally {
    for (const connection of connections) connection.close();
  }
  return [...byShape].sort(([a], [b]) => a.localeCompare(b));
}

/** @throws Error if the page is not the one that was asked for */
function checkPage(query: string, body: Buffer): void {
  const { data } = JSON.parse(body.toString()) as { data: Page };
  const asked = new URLSearchParams(query);
  const pageNumber = Number(asked.get('page') ?? 1);
  const length = Math.max(0, Math.min(data.page_size, data.total - (pageNumber - 1) * data.page_size));
  const [type, state, kind] = [asked.get('type'), asked.get('status'), asked.get('kind')];
  const fits = data.items.every(
    item =>
      (type === null || item.backup_type === type) &&
      (state === null || item.state === state) &&
      (kind === null || item.kind === kind),
  );
  if (data.page !== pageNumber || data.items.length !== length || !fits) {
    throw new Error(`history/?${query} answered another page: ${body.toString().slice(0, 300)}`);
  }
}

interface Page {
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
  readonly items: readonly {
    readonly backup_type: string | null;
    readonly state: string;
    readonly kind: string;
  }[];
}

/** The same questions in the same order each time: a mix of what a person does in the history. */
function question(number: number, records: number): { shape: string; query: string } {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(number / 5) % from.length] as T;
  const page = 1 + ((number * 7919) % Math.ceil(records / 25));
  switch (number % 5) {
    case 0:
      return { shape: 'page', query: `page=${page}` };
    case 1:
      return { shape: 'filter', query: `type=${pick(TYPES)}&status=success&page=${1 + (page % 100)}` };
    case 2:
      return { shape: 'search', query: `search=${pick(WORDS)}` };
    case 3:
      return { shape: 'sort', query: `sort=${pick(SORTS)}&order=${number % 2 === 0 ? 'asc' : 'desc'}` };
    default:
      return { shape: 'filter and sort', query: `type=${pick(TYPES)}&sort=${pick(SORTS)}&kind=backup` };
  }
}

async function firstByteOfCsv(client: Client, records: number): Promise<Verdict> {
  const startedMs = performance.now();
  const response = await client.open('GET', '/backup/api/export/history/');
  let firstMs: number | null = null;
  let lines = 0;
  for await (const chunk of response) {
    firstMs ??= performance.now() - startedMs;
    for (const byte of chunk as Buffer) if (byte === 10) lines += 1;
  }
  if (lines <= records) throw new Error(`The CSV has ${lines} lines for ${records} jobs.`);
  return {
    what: `first byte of a CSV of ${lines} lines`,
    value: firstMs ?? Number.NaN,
    limit: CSV_LIMIT_MS,
    unit: 'ms',
  };
}
