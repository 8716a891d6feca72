import { createTestDatabase, newestTestServer } from '@satchel/testing';
import { describeCopyStore } from '@satchel/testing/conformance';
import { CatalogDatabase } from './catalog-database.js';
import { TypeormCopyStore } from './typeorm-copy-store.js';

describeCopyStore('TypeormCopyStore', async () => {
  const database = await createTestDatabase(newestTestServer());
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
