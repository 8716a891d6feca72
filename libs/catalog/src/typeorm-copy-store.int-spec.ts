import { newestTestServer, type TestDatabase } from '@satchel/testing';
import { describeCopyStore } from '@satchel/testing/conformance';
import { afterAll, beforeAll } from 'vitest';
import { CatalogDatabase } from './catalog-database.js';
import { migratedDatabase } from './testing/migrated-database.js';
import { TypeormCopyStore } from './typeorm-copy-store.js';

let migrated: TestDatabase;
beforeAll(async () => {
  migrated = await migratedDatabase(newestTestServer());
});
afterAll(() => migrated.drop());

describeCopyStore('TypeormCopyStore', async () => {
  const database = await migrated.copy();
  const url = await database.giveToPlainRole();
  const processes: CatalogDatabase[] = [];
  return {
    process: () => {
      const own = new CatalogDatabase(url);
      processes.push(own);
      return new TypeormCopyStore(own);
    },
    dispose: async () => {
      for (const one of processes) await one.close();
      await database.drop();
    },
  };
});
