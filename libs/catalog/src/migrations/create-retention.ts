import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What retention remembers beside the backups: pins, and deletes that failed. */
export class CreateRetention1764374500000 implements MigrationInterface {
  readonly name = 'CreateRetention1764374500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // The catalog may not know the backup, so nothing refers to it.
    await queryRunner.query(`
      CREATE TABLE "satchel"."pin" (
        "backup_id" uuid NOT NULL,
        "reason" text NOT NULL,
        "pinned_by" text,
        "pinned_at" timestamptz NOT NULL,
        CONSTRAINT "pin_pkey" PRIMARY KEY ("backup_id")
      )`);
    await queryRunner.query(`
      CREATE TABLE "satchel"."failed_delete" (
        "backup_id" uuid NOT NULL,
        "file" text NOT NULL,
        "attempts" integer NOT NULL,
        "first_failed_at" timestamptz NOT NULL,
        "last_failed_at" timestamptz NOT NULL,
        "next_attempt_at" timestamptz NOT NULL,
        "problem" text NOT NULL,
        CONSTRAINT "failed_delete_pkey" PRIMARY KEY ("backup_id")
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "satchel"."pin"`);
    await queryRunner.query(`DROP TABLE "satchel"."failed_delete"`);
  }
}
