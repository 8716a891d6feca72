import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first tables: backups and restores. The schema itself is made before, since this table of migrations is in it. */
export class CreateCatalog1763856000000 implements MigrationInterface {
  readonly name = 'CreateCatalog1763856000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "satchel"."backup" (
        "backup_id" uuid NOT NULL,
        "scope_name" text NOT NULL,
        "name" text,
        "state" text NOT NULL,
        "location" text,
        "file" text,
        "requested_by" text,
        "started_at" timestamptz NOT NULL,
        "finished_at" timestamptz,
        "size_bytes" bigint,
        "rows" bigint,
        "digest" text,
        "verified_at" timestamptz,
        "deleted_at" timestamptz,
        "error" jsonb,
        "lock_key" bigint,
        CONSTRAINT "backup_pkey" PRIMARY KEY ("backup_id"),
        CONSTRAINT "backup_state_check"
          CHECK ("state" IN ('pending', 'running', 'success', 'failed', 'cancelled'))
      )`);
    await queryRunner.query(
      `CREATE INDEX "backup_started_idx" ON "satchel"."backup" ("started_at", "backup_id")`,
    );
    await queryRunner.query(
      `CREATE INDEX "backup_kept_idx" ON "satchel"."backup" ("started_at", "backup_id") WHERE "deleted_at" IS NULL`,
    );
    await queryRunner.query(
      `CREATE INDEX "backup_scope_idx" ON "satchel"."backup" ("scope_name", "started_at", "backup_id")`,
    );
    await queryRunner.query(
      `CREATE INDEX "backup_state_idx" ON "satchel"."backup" ("state", "started_at", "backup_id")`,
    );
    await queryRunner.query(`
      CREATE TABLE "satchel"."restore" (
        "restore_id" uuid NOT NULL,
        "backup_id" uuid,
        "file" text NOT NULL,
        "mode" text NOT NULL,
        "state" text NOT NULL,
        "requested_by" text,
        "started_at" timestamptz NOT NULL,
        "finished_at" timestamptz,
        "safety_backup_id" uuid,
        "report" jsonb,
        "error" jsonb,
        "lock_key" bigint,
        CONSTRAINT "restore_pkey" PRIMARY KEY ("restore_id"),
        CONSTRAINT "restore_state_check"
          CHECK ("state" IN ('pending', 'running', 'success', 'failed', 'cancelled'))
      )`);
    await queryRunner.query(
      `CREATE INDEX "restore_started_idx" ON "satchel"."restore" ("started_at", "restore_id")`,
    );
    await queryRunner.query(
      `CREATE INDEX "restore_state_idx" ON "satchel"."restore" ("state", "started_at", "restore_id")`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "satchel"."restore"`);
    await queryRunner.query(`DROP TABLE "satchel"."backup"`);
  }
}
