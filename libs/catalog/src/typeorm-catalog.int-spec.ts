import { createServer, type AddressInfo } from 'node:net';
import { newBackupId, type BackupFilter } from '@satchel/domain';
import {
  createTestDatabase,
  execute,
  locksOf,
  query,
  testServers,
  type TestDatabase,
} from '@satchel/testing';
import { describeBackupCatalog, kindOf, runChild, sampleManifest } from '@satchel/testing/conformance';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CatalogDatabase } from './catalog-database.js';
import { migratedDatabase } from './testing/migrated-database.js';
import { openCatalog, TypeormCatalog } from './typeorm-catalog.js';

const CHILD = new URL('./typeorm-catalog.child.ts', import.meta.url);

describe.each(testServers())('PostgreSQL $major', server => {
  let migrated: TestDatabase;
  beforeAll(async () => {
    migrated = await migratedDatabase(server);
  });
  afterAll(() => migrated.drop());

  describeBackupCatalog('TypeormCatalog', async () => {
    const database = await migrated.copy();
    const url = await database.giveToPlainRole();
    const catalog = new TypeormCatalog(new CatalogDatabase(url));
    return {
      catalog,
      another: async () => new TypeormCatalog(new CatalogDatabase(url)),
      dispose: async () => {
        await catalog.close();
        await database.drop();
      },
    };
  });

  describe('TypeormCatalog', () => {
    let database: TestDatabase;
    /** The URL of the role that owns the database and is no superuser. */
    let url: string;

    beforeEach(async () => {
      database = await createTestDatabase(server);
      url = await database.giveToPlainRole();
    });
    afterEach(() => database.drop());

    it('migrates once however many processes and connections start at the same moment', async () => {
      const children = Array.from({ length: 2 }, () => runChild(CHILD, [url]));
      const catalogs = await Promise.all(Array.from({ length: 4 }, () => openCatalog(url)));
      for (const catalog of catalogs) await catalog.close();
      for (const child of children) expect((await child.ended()).outcome).toBe(0);
      const run = await query<{ name: string }>(url, 'SELECT "name" FROM "satchel"."migrations"');
      expect(run).not.toEqual([]);
      expect(new Set(run.map(({ name }) => name)).size).toBe(run.length);
    });

    it('marks a killed process its jobs failed, and leaves those of living ones', async () => {
      const killed = { backupId: newBackupId(), restoreId: newBackupId() };
      const living = { backupId: newBackupId(), restoreId: newBackupId() };
      const children = [killed, living].map(ids => runChild(CHILD, [url, ids.backupId, ids.restoreId]));
      const catalog = await openCatalog(url);
      try {
        for (const child of children) {
          expect([await child.nextLine(), await child.nextLine()]).toEqual(['opened', 'begun']);
        }
        expect((await catalog.find({ state: 'running' })).total).toBe(2);
        await children[0]?.kill();
        await expect
          .poll(async () => (await catalog.get(killed.backupId))?.state, { timeout: 10_000 })
          .toBe('failed');
        expect((await catalog.getRestore(killed.restoreId))?.state).toBe('failed');
        expect((await catalog.get(living.backupId))?.state).toBe('running');
        expect((await catalog.getRestore(living.restoreId))?.state).toBe('running');
      } finally {
        for (const child of children) await child.kill();
        await catalog.close();
      }
    });

    it('gives sign of life again after its connections were cut', async () => {
      const [working, reading] = [await openCatalog(url), await openCatalog(url)];
      const backupId = newBackupId();
      await working.begin({
        backupId,
        scopeName: 'full',
        name: null,
        requestedBy: null,
        startedAt: new Date(),
      });
      const isLocked = async () =>
        (await locksOf(database.url, "locktype = 'advisory' AND granted")).length === 1;
      expect(await isLocked()).toBe(true);
      await execute(
        database.url,
        `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await expect.poll(isLocked, { timeout: 30_000 }).toBe(true);
      await expect.poll(() => kindOf(reading.find({})), { timeout: 30_000 }).toBe('no error');
      expect((await reading.get(backupId))?.state).toBe('running');
      await expect
        .poll(() => kindOf(working.finish(backupId, '/srv', sampleManifest({ backupId }))))
        .toBe('no error');
      expect((await reading.get(backupId))?.state).toBe('success');
      expect(await isLocked()).toBe(false);
      await Promise.all([working.close(), reading.close()]);
    });

    // Ten times as many take ten seconds to store, and make an index the more worth while.
    it('serves 10,000 backups from its indexes', async () => {
      const catalog = await openCatalog(url);
      await execute(
        url,
        `INSERT INTO "satchel"."job" ("job_id", "kind", "scope_name", "state", "created_at", "deleted_at", "attempt")
         SELECT gen_random_uuid(), 'backup', 'scope ' || n % 40, CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'success' END,
           timestamptz '2020-01-01' + n * interval '1 minute',
           CASE WHEN n < 9500 THEN timestamptz '2026-01-01' END, 1
         FROM generate_series(1, 10000) AS n;
         ANALYZE "satchel"."job"`,
      );
      const filters: BackupFilter[] = [
        {},
        { includeDeleted: true },
        { scopeName: 'scope 7' },
        { state: 'failed', includeDeleted: true },
        { state: 'running' },
      ];
      for (const filter of filters) {
        const where = [
          `"kind" IN ('backup')`,
          filter.includeDeleted ? 'true' : '"deleted_at" IS NULL',
          filter.scopeName ? `"type_key" = '${filter.scopeName}'` : 'true',
          filter.state ? `"state" = '${filter.state}'` : 'true',
        ].join(' AND ');
        const plan = await query(
          url,
          `EXPLAIN SELECT * FROM "satchel"."job" WHERE ${where}
           ORDER BY "created_at" DESC, "job_id" DESC LIMIT 50`,
        );
        const text = plan.map(row => String(row['QUERY PLAN'])).join('\n');
        expect(text).toContain('Index Scan');
        expect(text).not.toContain('Seq Scan');
      }
      const { total, items } = await catalog.find({ includeDeleted: true, limit: 1000, offset: 500 });
      expect(total).toBe(10_000);
      expect(items).toHaveLength(1000);
      expect((await catalog.find({})).total).toBe(501);
      await catalog.close();
    });

    it('says what to do where the role may not make its schema, and works where it owns one', async () => {
      const role = `${database.name}_owner`;
      await execute(database.url, `ALTER DATABASE "${database.name}" OWNER TO CURRENT_USER`);
      await expect(openCatalog(url)).rejects.toMatchObject({
        kind: 'permission_error',
        message: expect.stringContaining('administrator') as unknown,
        context: { setting: 'CATALOG_DATABASE_URL' },
      });
      await execute(database.url, 'CREATE SCHEMA "satchel"');
      expect(await kindOf(openCatalog(url))).toBe('permission_error');
      await execute(database.url, `ALTER SCHEMA "satchel" OWNER TO "${role}"`);
      await (await openCatalog(url)).close();
    });

    it('says that the database is read-only, or gone, or of a newer version', async () => {
      await execute(server.url, `ALTER DATABASE "${database.name}" SET default_transaction_read_only = on`);
      await expect(openCatalog(url)).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('read-only') as unknown,
      });
      await execute(server.url, `ALTER DATABASE "${database.name}" RESET default_transaction_read_only`);
      const catalog = await openCatalog(url);
      await execute(url, `INSERT INTO "satchel"."migrations" ("timestamp", "name") VALUES (1, 'Later1')`);
      expect(await kindOf(openCatalog(url))).toBe('unsupported');
      await execute(url, 'DROP SCHEMA "satchel" CASCADE');
      expect(await kindOf(catalog.find({}))).toBe('unavailable');
      await catalog.close();
    });

    it('says what is wrong with its address, password, or TLS, without telling the password', async () => {
      const wrong = (change: (url: URL) => void): string => {
        const changed = new URL(url);
        change(changed);
        return changed.href;
      };
      const portOfNobody = await freePort();
      const cases: [string, string][] = [
        [wrong(u => (u.password = 'not-this-one')), 'validation_error'],
        [wrong(u => (u.pathname = '/no_such_database')), 'validation_error'],
        [wrong(u => (u.port = String(portOfNobody))), 'unavailable'],
        [wrong(u => (u.hostname = 'no-such-host.invalid')), 'unavailable'],
        [wrong(u => u.searchParams.set('sslmode', 'verify-full')), 'validation_error'],
      ];
      for (const [address, kind] of cases) {
        const error = await openCatalog(address).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({
          kind,
          message: expect.stringContaining('CATALOG_DATABASE_URL') as unknown,
        });
        expect(JSON.stringify(error)).not.toContain('not-this-one');
      }
    });

    it('takes the settings of the driver as well as a URL, and can be opened after it failed', async () => {
      const { hostname, port, username, password, pathname } = new URL(url);
      const withConnectionsAllowed = (allowed: boolean) =>
        execute(server.url, `ALTER DATABASE "${database.name}" ALLOW_CONNECTIONS ${allowed}`);
      const catalog = new TypeormCatalog(
        new CatalogDatabase({
          host: hostname,
          port: Number(port),
          user: username,
          password,
          database: decodeURIComponent(pathname.slice(1)),
          ssl: false,
        }),
      );
      await withConnectionsAllowed(false);
      expect(await kindOf(catalog.open())).toBe('unavailable');
      await withConnectionsAllowed(true);
      await catalog.open();
      await catalog.open();
      expect((await catalog.find({})).total).toBe(0);
      await catalog.close();
      expect(await kindOf(catalog.find({}))).toBe('system_error');
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
