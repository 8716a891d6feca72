import { execute, query, newestTestServer, type TestDatabase } from '@satchel/testing';
import { auditEvent, describeAuditLog, kindOf, MemoryKeyRing } from '@satchel/testing/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogDatabase } from '../catalog-database.js';
import { migratedDatabase } from '../testing/migrated-database.js';
import { TypeormAuditLog } from './typeorm-audit-log.js';

/** Runs statements as a superuser who has switched off what keeps the log as it is. */
async function past(url: string, sql: string): Promise<void> {
  await execute(
    url,
    `ALTER TABLE "satchel"."audit_event" DISABLE TRIGGER ALL;
     ${sql};
     ALTER TABLE "satchel"."audit_event" ENABLE ALWAYS TRIGGER "audit_event_append_only"`,
  );
}

/** Columns of an entry, its number apart. */
const REST = `"at", "actor_user_id", "actor_name", "actor_key", "channel", "address", "token_id", "action", "outcome",
  "subject", "details", "key_id", "previous_hash", "hash"`;

// The tables themselves are tried on every major, in schema.int-spec.ts and with the catalog.
describe.each([newestTestServer()])('PostgreSQL $major', server => {
  let migrated: TestDatabase;
  beforeAll(async () => {
    migrated = await migratedDatabase(server);
  });
  afterAll(() => migrated.drop());

  describeAuditLog('TypeormAuditLog', async () => {
    const database = await migrated.copy();
    const url = await database.giveToPlainRole();
    const keyRing = new MemoryKeyRing();
    const databases = [new CatalogDatabase(url)];
    return {
      log: new TypeormAuditLog(databases[0] ?? new CatalogDatabase(url), keyRing),
      keyRing,
      another: async () => {
        const another = new CatalogDatabase(url);
        databases.push(another);
        return new TypeormAuditLog(another, keyRing);
      },
      tamper: {
        edit: number =>
          past(
            database.url,
            `UPDATE "satchel"."audit_event" SET "outcome" = 'refused' WHERE "number" = ${number}`,
          ),
        remove: (...numbers) =>
          past(database.url, `DELETE FROM "satchel"."audit_event" WHERE "number" IN (${numbers.join(', ')})`),
        swap: (a, b) =>
          past(
            database.url,
            `UPDATE "satchel"."audit_event" SET "number" = -1 WHERE "number" = ${a};
             UPDATE "satchel"."audit_event" SET "number" = ${a} WHERE "number" = ${b};
             UPDATE "satchel"."audit_event" SET "number" = ${b} WHERE "number" = -1`,
          ),
        insertAfter: number =>
          past(
            database.url,
            `UPDATE "satchel"."audit_event" SET "number" = -"number" WHERE "number" > ${number};
             UPDATE "satchel"."audit_event" SET "number" = 1 - "number" WHERE "number" < 0;
             INSERT INTO "satchel"."audit_event" ("number", ${REST})
               SELECT ${number} + 1, ${REST} FROM "satchel"."audit_event" WHERE "number" = ${number}`,
          ),
        turnBackTo: number =>
          past(
            database.url,
            `UPDATE "satchel"."audit_head" SET "number" = e."number", "hash" = e."hash"
             FROM "satchel"."audit_event" AS e WHERE e."number" = ${number}`,
          ),
      },
      dispose: async () => {
        for (const each of databases) await each.close();
        await database.drop();
      },
    };
  });

  describe('TypeormAuditLog', () => {
    async function withLog(
      act: (log: TypeormAuditLog, url: string, owner: string) => Promise<void>,
    ): Promise<void> {
      const database = await migrated.copy();
      const owner = await database.giveToPlainRole();
      const catalog = new CatalogDatabase(owner);
      try {
        await act(new TypeormAuditLog(catalog, new MemoryKeyRing()), database.url, owner);
      } finally {
        await catalog.close();
        await database.drop();
      }
    }

    it('refuses changes in the database, to its owner and to a superuser, as a replica too', () =>
      withLog(async (log, url, owner) => {
        await log.record(auditEvent());
        const changes = [
          `UPDATE "satchel"."audit_event" SET "outcome" = 'refused'`,
          `UPDATE "satchel"."audit_event" SET "outcome" = 'refused' WHERE false`,
          'DELETE FROM "satchel"."audit_event"',
          'TRUNCATE "satchel"."audit_event"',
          'TRUNCATE "satchel"."audit_head"',
          'DELETE FROM "satchel"."audit_head"',
        ];
        for (const change of changes) {
          await expect(query(owner, change)).rejects.toThrow(/audit log of Satchel can only be added to/);
          await expect(execute(url, `SET session_replication_role = replica; ${change}`)).rejects.toThrow(
            /can only be added to/,
          );
        }
        expect(await log.verify()).toEqual({ entries: 1, problems: [] });
      }));

    it('finds an edit of any column, however small', () =>
      withLog(async (log, url) => {
        await log.record(auditEvent());
        const edits = [
          `"at" = "at" + interval '1 microsecond'`,
          `"actor_user_id" = NULL`,
          `"actor_name" = 'asha'`,
          `"actor_key" = 'x'`,
          `"channel" = 'cli'`,
          `"address" = ''`,
          `"token_id" = ''`,
          `"action" = 'backup.delete'`,
          `"outcome" = 'failed'`,
          `"subject" = "subject" || ' '`,
          `"details" = ("details"::text || ' ')::json`,
          `"previous_hash" = 'x'`,
          `"hash" = "hash" || '0'`,
        ];
        for (const edit of edits) {
          await past(
            url,
            `CREATE TABLE kept AS SELECT * FROM "satchel"."audit_event"; UPDATE "satchel"."audit_event" SET ${edit}`,
          );
          const { problems } = await log.verify();
          expect(
            problems.map(({ problem }) => problem),
            edit,
          ).toContain('altered');
          await past(
            url,
            `DELETE FROM "satchel"."audit_event"; INSERT INTO "satchel"."audit_event" SELECT * FROM kept; DROP TABLE kept`,
          );
        }
        expect(await log.verify()).toEqual({ entries: 1, problems: [] });
      }));

    it('finds a second entry of the same number, and that the head is gone', () =>
      withLog(async (log, url) => {
        for (let i = 0; i < 3; i += 1) await log.record(auditEvent());
        await past(
          url,
          `ALTER TABLE "satchel"."audit_event" DROP CONSTRAINT "audit_event_pkey";
           INSERT INTO "satchel"."audit_event" SELECT * FROM "satchel"."audit_event" WHERE "number" = 2`,
        );
        expect((await log.verify()).problems).toMatchObject([{ number: 2, problem: 'altered' }]);
        await execute(
          url,
          `ALTER TABLE "satchel"."audit_head" DISABLE TRIGGER ALL; DELETE FROM "satchel"."audit_head"`,
        );
        expect((await log.verify()).problems).toContainEqual(
          expect.objectContaining({ number: 3, problem: 'cut off' }),
        );
        await log.record(auditEvent());
        expect((await log.verify()).problems.length).toBeGreaterThan(1);
      }));

    it('is unavailable where nobody listens', () =>
      withLog(async log => {
        await log.record(auditEvent());
        const nowhere = new CatalogDatabase('postgresql://nobody@127.0.0.1:1/nowhere');
        const lost = new TypeormAuditLog(nowhere, new MemoryKeyRing());
        expect(await kindOf(lost.record(auditEvent()))).toBe('unavailable');
        expect(await kindOf(lost.verify())).toBe('unavailable');
        await nowhere.close();
      }));
  });
});
