import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known of each backup in each destination. */
export class CreateCopies1764289800000 implements MigrationInterface {
  readonly name = 'CreateCopies1764289800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // No reference to the job: a backup may be known here before its record has been rebuilt from the manifests.
    await queryRunner.query(`
      CREATE TABLE "satchel"."copy" (
        "backup_id" uuid NOT NULL,
        "destination" text NOT NULL,
        "file" text NOT NULL,
        "state" text NOT NULL,
        "size_bytes" bigint NOT NULL,
        "digest" text NOT NULL,
        "stored_at" timestamptz,
        "verified_at" timestamptz,
        "attempts" integer NOT NULL,
        "next_try_at" timestamptz,
        "error" jsonb,
        CONSTRAINT "copy_pkey" PRIMARY KEY ("backup_id", "destination"),
        CONSTRAINT "copy_state_check"
          CHECK ("state" IN ('pending', 'stored', 'failed', 'damaged', 'missing', 'removed'))
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "satchel"."copy"`);
  }
}
