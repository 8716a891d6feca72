import {
  JOB_KINDS,
  JOB_SORTS,
  JOB_STATES,
  type JobFilter,
  type JobPage,
  type JobRecord,
} from '@satchel/domain';
import { createTestDatabase, execute, newestTestServer, type TestDatabase } from '@satchel/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogDatabase } from './catalog-database.js';
import { JobHistory } from './job-history.js';
import { lockKeyOf } from './life-signs.js';
import { TypeormJobStore } from './typeorm-job-store.js';

const JOBS = 240;

/** Rows of every sort, many of them alike in what they are sorted by. */
const FILL = `
  INSERT INTO "satchel"."job" ("job_id", "kind", "state", "scope_name", "name", "backup_id", "file", "requested_by",
    "created_at", "started_at", "finished_at", "size_bytes", "rows", "verified_at", "deleted_at", "attempt")
  SELECT md5(n::text)::uuid, kind, state, scope, (ARRAY['Daily fees', 'daily', 'Übung', 'पाठ', NULL, 'b-1.x'])[1 + n % 6],
    CASE WHEN n % 3 = 0 THEN md5((n % 5)::text)::uuid END,
    CASE WHEN n % 4 > 0 THEN scope || '_backup_2026-0' || 1 + n % 9 || '-0' || 1 + n % 4 || '.json.gz' END,
    (ARRAY['asha', 'Ravi', 'ravi.k@school', NULL])[1 + n % 4],
    timestamptz '2026-01-01' + (n * 7 % 60) * interval '1 hour',
    CASE WHEN state <> 'pending' THEN timestamptz '2026-01-01' + (n * 7 % 60) * interval '1 hour' END,
    CASE WHEN state IN ('success', 'failed') THEN timestamptz '2026-01-01' + (n % 70) * interval '1 hour' END,
    CASE WHEN n % 5 > 0 THEN (n::bigint * 99991 % 7) * 1000000000000 END, CASE WHEN n % 7 > 0 THEN n % 9 END,
    CASE WHEN n % 3 = 0 AND kind = 'backup' THEN timestamptz '2026-02-01' END,
    CASE WHEN n % 6 = 0 THEN timestamptz '2026-03-01' END, 1
  FROM (
    SELECT n, (ARRAY['backup', 'restore', 'undo', 'verify', 'cleanup', 'backup', 'backup'])[1 + n % 7] AS kind,
      (ARRAY['success', 'failed', 'pending', 'cancelled', 'success'])[1 + n % 5] AS state,
      (ARRAY['full', 'fees', NULL])[1 + n / 2 % 3] AS scope
    FROM generate_series(1, ${JOBS}) AS n
  ) AS made`;

const WORDS = [
  'daily',
  'DAI',
  'fees',
  'übung',
  'पा',
  'backup',
  '2026-0',
  '03',
  'json',
  'gz',
  'asha',
  'ravi',
  'school',
  'b',
];

const filters = fc.record<JobFilter>(
  {
    kinds: fc.subarray([...JOB_KINDS]),
    states: fc.subarray([...JOB_STATES]),
    scopeName: fc.constantFrom('full', 'fees', 'none'),
    requestedBy: fc.constantFrom('asha', 'Ravi', 'ravi'),
    backupId: fc.constantFrom(
      'eccbc87e-4b5c-e2fe-2830-8fd9f2a7baf3',
      'cfcd2084-95d5-65ef-66e7-dff9f98764da',
      'x',
    ),
    verified: fc.boolean(),
    search: fc.oneof(
      fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map(words => words.join(' ')),
      fc.constantFrom('full_backup_2026', 'c4ca4238', 'c4ca4238-a0b9', 'c4ca4238-a0b9-2382', 'd'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    createdFrom: fc.integer({ min: 0, max: 60 }).map(hour => new Date(Date.UTC(2026, 0, 1, hour))),
    createdTo: fc.integer({ min: 0, max: 60 }).map(hour => new Date(Date.UTC(2026, 0, 1, hour))),
    includeDeleted: fc.boolean(),
  },
  { requiredKeys: [] },
);

const pages = fc.record<JobPage>(
  {
    sort: fc.constantFrom(...JOB_SORTS),
    order: fc.constantFrom('asc', 'desc'),
    limit: fc.integer({ min: 1, max: 60 }),
    offset: fc.integer({ min: 0, max: JOBS + 10 }),
  },
  { requiredKeys: [] },
);

describe('JobHistory', () => {
  let test: TestDatabase;
  let database: CatalogDatabase;
  let all: JobRecord[];

  beforeAll(async () => {
    test = await createTestDatabase(newestTestServer());
    database = new CatalogDatabase(test.url);
    await database.open();
    await execute(test.url, FILL);
    await execute(test.url, 'ANALYZE "satchel"."job"');
    all = [];
    for await (const job of new TypeormJobStore(database).stream({ includeDeleted: true })) all.push(job);
    if (all.length !== JOBS) throw new Error(`${all.length} of ${JOBS} jobs were made`);
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  // Asked of one object in a row, so that totals and places of earlier questions are at hand.
  it.each([
    ['few, which are found and then sorted', JOBS],
    ['many, of which an index is read', 0],
  ])('finds, sorts and pages as a list in memory does: %s', async (_, few) => {
    const history = new JobHistory(database, few);
    await fc.assert(
      fc.asyncProperty(filters, fc.array(pages, { minLength: 1, maxLength: 4 }), async (filter, asked) => {
        const matching = all.filter(job => matches(job, filter));
        for (const page of asked) {
          const { total, items } = await history.find(filter, page);
          const { limit = 50, offset = 0 } = page;
          const expected = matching.toSorted(inOrder(page)).slice(offset, offset + limit);
          expect(items.map(({ jobId }) => jobId)).toEqual(expected.map(({ jobId }) => jobId));
          expect(total).toBe(matching.length);
          expect(items).toEqual(expected);
        }
      }),
      { numRuns: 250 },
    );
  });

  it('streams what it finds', async () => {
    const store = new TypeormJobStore(database);
    await fc.assert(
      fc.asyncProperty(filters, async filter => {
        const ids: string[] = [];
        for await (const { jobId } of store.stream(filter)) ids.push(jobId);
        const expected = all.filter(job => matches(job, filter)).toSorted(inOrder({}));
        expect(ids).toEqual(expected.map(({ jobId }) => jobId));
      }),
      { numRuns: 50 },
    );
  });

  // From here on, tests change the jobs that those above compare with.
  it('finds letters of any alphabet, in either case', async () => {
    const history = new JobHistory(database);
    const jobId = all[0]?.jobId ?? '';
    await execute(test.url, `UPDATE "satchel"."job" SET "name" = 'Übung ÉCOLE' WHERE "job_id" = '${jobId}'`);
    for (const search of ['Übung', 'übung', 'ÜBUNG', 'école']) {
      const { items } = await history.find({ search, includeDeleted: true }, {});
      expect(items.map(job => job.jobId)).toContain(jobId);
    }
  });

  it.each([
    `"mode" = 'merge'`,
    `"location" = '/elsewhere'`,
    `"digest" = 'sha256:0'`,
    `"safety_backup_id" = "job_id"`,
    `"report" = '{"rows": 1}'`,
    `"error" = '{"kind": "conflict", "message": "x", "context": {}}'`,
    `"attempt" = 2`,
    `"cancel_requested_by" = 'asha'`,
    `"name" = 'new'`,
    `"verified_at" = now()`,
  ])('shows what another process has changed since the page was read: %s', async set => {
    const [history, store] = [new JobHistory(database), new TypeormJobStore(database)];
    const read = async () => (await history.find({ includeDeleted: true }, { limit: 3 })).items;
    const before = await read();
    expect(await read()).toBe(before);
    const jobId = before[1]?.jobId ?? '';
    await execute(test.url, `UPDATE "satchel"."job" SET ${set} WHERE "job_id" = '${jobId}'`);
    const after = await read();
    expect(after[1]).toEqual(await store.get(jobId));
    expect(after[1]).not.toEqual(before[1]);
  });

  it('shows the progress of a job each time', async () => {
    const history = new JobHistory(database);
    const read = async () => (await history.find({ includeDeleted: true }, { limit: 3 })).items;
    const jobId = (await read())[1]?.jobId ?? '';
    const lockKey = lockKeyOf(jobId);
    // Without a sign of life, whoever reads next declares it dead.
    await database.lifeSigns.hold(lockKey);
    try {
      for (const phase of ['read', 'write']) {
        const set = `"state" = 'running', "lock_key" = ${lockKey}, "progress" = '{"phase": "${phase}"}'`;
        await execute(test.url, `UPDATE "satchel"."job" SET ${set} WHERE "job_id" = '${jobId}'`);
        expect((await read())[1]?.progress?.phase).toBe(phase);
      }
    } finally {
      await database.lifeSigns.release(lockKey);
    }
  });
});

function matches(job: JobRecord, filter: JobFilter): boolean {
  const { kinds = [], states = [], scopeName, requestedBy, backupId, verified, search = '' } = filter;
  return (
    (kinds.length === 0 || kinds.includes(job.kind)) &&
    (states.length === 0 || states.includes(job.state)) &&
    (scopeName === undefined || job.scopeName === scopeName) &&
    (requestedBy === undefined || job.requestedBy === requestedBy) &&
    (backupId === undefined || job.backupId === backupId) &&
    (verified !== true || job.verifiedAt !== null) &&
    (verified !== false || (job.verifiedAt === null && job.kind === 'backup' && job.state === 'success')) &&
    (filter.createdFrom === undefined || job.createdAt >= filter.createdFrom) &&
    (filter.createdTo === undefined || job.createdAt <= filter.createdTo) &&
    (filter.includeDeleted === true || job.deletedAt === null) &&
    isFound(job, search.replace(/[\0\p{Cs}]/gu, '\ufffd'))
  );
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\u0001-/:-@[-`{-\u007f]+/)
    .filter(word => word !== '');
}

/** Each typed word begins a word of the job; an id counts as one word, however much of it is typed. */
function isFound(job: JobRecord, search: string): boolean {
  const words = wordsOf([job.name, job.file, job.scopeName, job.requestedBy].join(' '));
  const begins = (typed: string): boolean =>
    job.jobId.replaceAll('-', '').startsWith(typed) || words.some(word => word.startsWith(typed));
  return search
    .split(/[\u0001-\u0020]+/)
    .every(chunk => job.jobId.startsWith(chunk.toLowerCase()) || wordsOf(chunk).every(begins));
}

function inOrder({ sort = 'created', order = 'desc' }: JobPage): (a: JobRecord, b: JobRecord) => number {
  const keys: Record<NonNullable<JobPage['sort']>, (job: JobRecord) => number | string> = {
    created: () => 0,
    finished: job => job.finishedAt?.getTime() ?? -Infinity,
    size: job => job.sizeBytes ?? -1,
    rows: job => job.rows ?? -1,
    duration: job =>
      job.finishedAt === null || job.startedAt === null
        ? -1
        : Math.max(0, job.finishedAt.getTime() - job.startedAt.getTime()),
    name: job => job.name?.toLowerCase() ?? '',
    type: job => job.scopeName ?? '',
    state: job => job.state,
  };
  const key = keys[sort];
  const sign = order === 'desc' ? -1 : 1;
  return (a, b) =>
    sign *
    (compare(key(a), key(b)) ||
      compare(a.createdAt.getTime(), b.createdAt.getTime()) ||
      compare(a.jobId, b.jobId));
}

/** Texts by their bytes, as PostgreSQL's collation "C" does. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
