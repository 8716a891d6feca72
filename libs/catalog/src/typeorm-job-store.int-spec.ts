import { newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { describeJobStore, type JobStoreProcess } from '@satchel/testing/conformance';
import { afterAll, beforeAll, describe } from 'vitest';
import { CatalogDatabase } from './catalog-database.js';
import { migratedDatabase } from './testing/migrated-database.js';
import { TypeormCatalog } from './typeorm-catalog.js';
import { TypeormJobStore } from './typeorm-job-store.js';

// The tables themselves are tried on every major, in schema.int-spec.ts and with the catalog.
describe.each([newestTestServer()])('PostgreSQL $major', server => {
  let migrated: TestDatabase;
  beforeAll(async () => {
    migrated = await migratedDatabase(server);
  });
  afterAll(() => migrated.drop());

  describeJobStore('TypeormJobStore', async () => {
    const database = await migrated.copy();
    const url = await database.giveToPlainRole();
    const processes: JobStoreProcess[] = [];
    return {
      process: () => {
        const own = new CatalogDatabase(url);
        const one = {
          store: new TypeormJobStore(own),
          catalog: new TypeormCatalog(own),
          close: () => own.close(),
        };
        processes.push(one);
        return one;
      },
      storesText: async text => {
        const rows = await query(url, `SELECT FROM "satchel"."job" AS job WHERE strpos(job::text, $1) > 0`, [
          text,
        ]);
        return rows.length > 0;
      },
      dispose: async () => {
        for (const one of processes) await one.close();
        await database.drop();
      },
    };
  });
});
