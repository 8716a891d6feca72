import { createTestDatabase, execute, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogDatabase } from './catalog-database.js';
import { TypeormChoreLedger } from './typeorm-chore-ledger.js';

const HOUR_MS = 3_600_000;

describe('TypeormChoreLedger', () => {
  let test: TestDatabase;
  let processes: CatalogDatabase[];
  let ledgers: TypeormChoreLedger[];

  beforeAll(async () => {
    test = await createTestDatabase(newestTestServer());
    processes = Array.from({ length: 4 }, () => new CatalogDatabase(test.url));
    ledgers = processes.map(database => new TypeormChoreLedger(database));
    await processes[0]?.open();
  });
  afterAll(async () => {
    await Promise.all(processes.map(database => database.close()));
    await test.drop();
  });

  const claims = (name: string): Promise<boolean[]> =>
    Promise.all(ledgers.map(ledger => ledger.claim(name, HOUR_MS)));
  /** As if all that was noted had been noted so long ago. */
  const pass = (ms: number): Promise<unknown> =>
    execute(
      test.url,
      `UPDATE "satchel"."chore" SET "kept_at" = "kept_at" - ${ms} * interval '1 millisecond'`,
    );

  it('gives a chore to one of all who ask within its interval, and again after it', async () => {
    expect((await claims('sweep')).filter(Boolean)).toHaveLength(1);
    expect(await claims('sweep')).toEqual([false, false, false, false]);
    await pass(HOUR_MS);
    expect((await claims('sweep')).filter(Boolean)).toHaveLength(1);
  });

  it('knows chores apart', async () => {
    expect(await ledgers[0]?.claim('one', HOUR_MS)).toBe(true);
    expect(await ledgers[1]?.claim('another', HOUR_MS)).toBe(true);
  });

  it('gives a chore that is kept to nobody else', async () => {
    expect(await ledgers[0]?.claim('long', HOUR_MS)).toBe(true);
    await pass(HOUR_MS);
    await ledgers[0]?.keep('long');
    expect(await claims('long')).toEqual([false, false, false, false]);
  });
});
