import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { ApiProcess } from './api-process.ts';
import type { Client } from './client.ts';
import type { Verdict } from './verdict.ts';

const BOUNDARY = 'satchel-bench-7d1f';

/** Memory may end this much above where it began, in bytes: what a heap that has settled varies by. */
const MEMORY_SLACK_BYTES = 32 * 1024 * 1024;
/** How often each is sent before memory is looked at. */
const WARM_UP_ROUNDS = 8;
/** Longest wait for memory and quarantine to settle, in milliseconds. */
const SETTLE_MS = 30_000;

interface Attack {
  readonly name: string;
  readonly body: Buffer;
  readonly fileName?: string;
  /** Said instead of the true length. */
  readonly contentLength?: number;
  /** Bytes after which the sender goes away. */
  readonly leaveAfter?: number;
}

/** Each is made once and sent many times. */
function attacks(): Attack[] {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, '['));
  const zeros = zstdCompressSync(Buffer.alloc(200 * 1024 * 1024));
  const deep = Buffer.from(`{"satchel":1,"backup":${'{"a":'.repeat(1_000_000)}`);
  const noise = Buffer.alloc(2 * 1024 * 1024, 0xa7);
  const header = Buffer.from('{"satchel":1,\n"backup":{"id":"x"},\n"relations":[\n');
  return [
    { name: 'gzip bomb', body: bomb },
    { name: 'zstd bomb', body: zeros },
    { name: 'deep nesting', body: deep },
    { name: 'not a backup', body: noise },
    { name: 'JSON of something else', body: Buffer.from('{"hello":"world"}') },
    { name: 'empty', body: Buffer.alloc(0) },
    { name: 'cut off', body: header },
    { name: 'a path for a name', body: header, fileName: '../../../etc/passwd' },
    {
      name: 'a length that is too long',
      body: noise,
      contentLength: noise.length + 100_000,
      leaveAfter: Infinity,
    },
    { name: 'a length that is too short', body: noise, contentLength: 1000 },
    { name: 'leaves half way', body: noise, leaveAfter: 700_000 },
    {
      name: 'old format, half a row',
      body: Buffer.from('[{"model":"students.student","pk":1,"fields":{"first_name":'),
    },
  ];
}

/** Sends hostile files one after the other; memory and quarantine must end where they began. */
export async function loadUploads(
  api: ApiProcess,
  client: Client,
  uploads: number,
  say: (line: string) => void,
): Promise<Verdict[]> {
  const kinds = attacks();
  // The first ones compile, fill caches and let the heap grow to the size that it works with: that is not what is looked for.
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    for (const attack of kinds) await send(api.port, client.headers, attack);
  }
  await settled(api);
  const before = await api.residentBytes();
  const statuses = new Map<string, number>();
  for (let sent = 0; sent < uploads; sent += 1) {
    const attack = kinds[sent % kinds.length] as Attack;
    const status = await send(api.port, client.headers, attack);
    const line = `${attack.name}: ${status}`;
    statuses.set(line, (statuses.get(line) ?? 0) + 1);
    if (status >= 500 || (status >= 200 && status < 300)) throw new Error(`The server answered ${line}.`);
  }
  await settled(api);
  const after = await api.residentBytes();
  say(`${uploads} hostile uploads: ${[...statuses].map(([line, count]) => `${line} (${count})`).join(', ')}`);
  say(`Memory ${(before / 1e6).toFixed(0)} MB before, ${(after / 1e6).toFixed(0)} MB after.`);
  return [
    { what: 'memory gained', value: (after - before) / 1e6, limit: MEMORY_SLACK_BYTES / 1e6, unit: 'MB' },
    { what: 'files left in quarantine', value: await api.quarantined(), limit: 0, unit: 'files' },
  ];
}

/** Waits until nothing is in quarantine and memory has stopped falling. */
async function settled(api: ApiProcess): Promise<void> {
  const end = Date.now() + SETTLE_MS;
  let last = Infinity;
  for (;;) {
    const now = await api.residentBytes();
    if (((await api.quarantined()) === 0 && now >= last) || Date.now() > end) return;
    last = now;
    await delay(500);
  }
}

/** @returns the status of the answer; 0 where there was none, because one side went away */
async function send(port: number, headers: Record<string, string>, attack: Attack): Promise<number> {
  const head = Buffer.from(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="restore_mode"\r\n\r\nmerge\r\n` +
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="backup_file"; filename="${attack.fileName ?? 'backup.json'}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  );
  const whole = Buffer.concat([head, attack.body, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
  const sent = request({
    host: '127.0.0.1',
    port,
    agent: false,
    method: 'POST',
    path: '/backup/api/restore/analyze/',
    headers: {
      ...headers,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': attack.contentLength ?? whole.length,
    },
  });
  const answered = once(sent, 'response').then(
    ([response]) => {
      const { statusCode } = response as { statusCode: number; resume(): void };
      (response as { resume(): void }).resume();
      return statusCode;
    },
    () => 0,
  );
  sent.on('error', () => undefined);
  const part = attack.leaveAfter === undefined ? whole : whole.subarray(0, attack.leaveAfter);
  // A length that is too short makes the rest a broken second request, on purpose.
  sent.socket?.on('error', () => undefined);
  await new Promise<void>(resolve => sent.write(part, () => resolve()));
  if (attack.leaveAfter !== undefined) {
    await delay(20);
    sent.destroy();
    return await answered;
  }
  sent.end();
  return await answered;
}
