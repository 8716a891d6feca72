import { randomUUID } from 'node:crypto';
import { newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { describeIdentityStore, kindOf, newUser } from '@satchel/testing/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogDatabase } from '../catalog-database.js';
import { migratedDatabase } from '../testing/migrated-database.js';
import { TypeormIdentityStore } from './typeorm-identity-store.js';

// The tables themselves are tried on every major, in schema.int-spec.ts and with the catalog.
describe.each([newestTestServer()])('PostgreSQL $major', server => {
  let migrated: TestDatabase;
  beforeAll(async () => {
    migrated = await migratedDatabase(server);
  });
  afterAll(() => migrated.drop());

  describeIdentityStore('TypeormIdentityStore', async () => {
    const database = await migrated.copy();
    const url = await database.giveToPlainRole();
    const databases = [new CatalogDatabase(url)];
    return {
      store: new TypeormIdentityStore(databases[0] ?? new CatalogDatabase(url)),
      another: async () => {
        const another = new CatalogDatabase(url);
        databases.push(another);
        return new TypeormIdentityStore(another);
      },
      removeUser: async userId => {
        await query(url, 'DELETE FROM "satchel"."user" WHERE "user_id" = $1', [userId]);
      },
      dispose: async () => {
        for (const each of databases) await each.close();
        await database.drop();
      },
    };
  });

  it('is unavailable where nobody listens, and says nothing of whom it looked for', async () => {
    const nowhere = new CatalogDatabase('postgresql://nobody@127.0.0.1:1/nowhere');
    const store = new TypeormIdentityStore(nowhere);
    expect(await kindOf(store.credentials('asha'))).toBe('unavailable');
    expect(await kindOf(store.addUser(newUser()))).toBe('unavailable');
    expect(await kindOf(store.removeRole('operator'))).toBe('unavailable');
    expect(await kindOf(store.sessionUser(randomUUID(), new Date()))).toBe('unavailable');
    await nowhere.close();
  });
});
