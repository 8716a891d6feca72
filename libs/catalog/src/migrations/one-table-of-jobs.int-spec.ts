import { newBackupId } from '@satchel/domain';
import { createTestDatabase, query, testServers } from '@satchel/testing';
import { describe, expect, it } from 'vitest';
import { CatalogDatabase } from '../catalog-database.js';
import { catalogDataSource } from '../data-source.js';
import { TypeormCatalog } from '../typeorm-catalog.js';
import { TypeormJobStore } from '../typeorm-job-store.js';
import { CreateCatalog1763856000000 } from './create-catalog.js';

describe.each(testServers())('PostgreSQL $major', server => {
  it('takes the rows of the former tables along', async () => {
    const test = await createTestDatabase(server);
    const database = new CatalogDatabase(test.url);
    try {
      await makeFormerTables(test.url);
      const [backupId, failedId, restoreId] = [newBackupId(), newBackupId(), newBackupId()];
      await query(
        test.url,
        `INSERT INTO "satchel"."backup" VALUES
           ($1, 'full', 'May', 'success', '/srv', 'may.json', 'asha', '2026-05-01T08:00:00.123Z', '2026-05-01T08:01Z',
            4294967296, 12, 'sha256:aa', '2026-05-02Z', '2026-05-03Z', NULL, NULL),
           ($2, $3, NULL, 'running', NULL, NULL, NULL, '2026-05-04Z', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 42)`,
        [backupId, failedId, 'x'.repeat(3_000)],
      );
      const error = { kind: 'restore_failed', message: 'A row was refused.', context: {} };
      await query(
        test.url,
        `INSERT INTO "satchel"."restore" VALUES
           ($1, $2, 'may.json', 'replace', 'failed', 'ravi', '2026-05-05Z', '2026-05-05T00:00:01.5Z', $3,
            '{"mode": "replace"}', $4, NULL)`,
        [restoreId, backupId, failedId, JSON.stringify(error)],
      );
      const store = new TypeormJobStore(database);
      expect(await store.get(backupId)).toEqual({
        jobId: backupId,
        kind: 'backup',
        state: 'success',
        scopeName: 'full',
        name: 'May',
        mode: null,
        backupId,
        file: 'may.json',
        location: '/srv',
        requestedBy: 'asha',
        createdAt: new Date('2026-05-01T08:00:00.123Z'),
        startedAt: new Date('2026-05-01T08:00:00.123Z'),
        finishedAt: new Date('2026-05-01T08:01Z'),
        sizeBytes: 4_294_967_296,
        rows: 12,
        digest: 'sha256:aa',
        verifiedAt: new Date('2026-05-02Z'),
        deletedAt: new Date('2026-05-03Z'),
        safetyBackupId: null,
        progress: null,
        report: null,
        error: null,
        attempt: 1,
        cancelRequestedBy: null,
      });
      expect(await store.get(restoreId)).toMatchObject({
        kind: 'restore',
        state: 'failed',
        scopeName: 'full',
        name: 'May',
        mode: 'replace',
        backupId,
        file: 'may.json',
        safetyBackupId: failedId,
        report: { mode: 'replace' },
        error,
      });
      // What was running has died with the version that ran it.
      expect(await new TypeormCatalog(database).get(failedId)).toMatchObject({
        state: 'failed',
        scopeName: 'x'.repeat(150),
      });
      expect((await store.find({ search: 'may ravi' })).items.map(({ jobId }) => jobId)).toEqual([restoreId]);
      expect(
        await query(
          test.url,
          `SELECT to_regclass('satchel.backup') AS a, to_regclass('satchel.restore') AS b`,
        ),
      ).toEqual([{ a: null, b: null }]);
    } finally {
      await database.close();
      await test.drop();
    }
  });
});

/** The catalog as the version before left it. */
async function makeFormerTables(url: string): Promise<void> {
  await query(url, 'CREATE SCHEMA "satchel"');
  const dataSource = catalogDataSource(url);
  dataSource.setOptions({ migrations: [CreateCatalog1763856000000] });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
