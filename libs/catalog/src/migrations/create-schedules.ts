import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Schedules, and when the timetables of the settings are due; see docs/decisions/0028-schedules-fire-in-the-catalog.md. */
export class CreateSchedules1764374400000 implements MigrationInterface {
  readonly name = 'CreateSchedules1764374400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Jobs are kept for ever and schedules are not, so nothing refers to either.
    await queryRunner.query(`
      CREATE TABLE "satchel"."schedule" (
        "schedule_id" uuid NOT NULL,
        "name" text NOT NULL,
        "name_key" text NOT NULL,
        "scope_name" text NOT NULL,
        "cron" text NOT NULL,
        "time_zone" text NOT NULL,
        "compression" text NOT NULL,
        "paused" boolean NOT NULL,
        "next_run_at" timestamptz,
        "last_run_at" timestamptz,
        "last_job_id" uuid,
        "created_by" text,
        "created_at" timestamptz NOT NULL,
        CONSTRAINT "schedule_pkey" PRIMARY KEY ("schedule_id"),
        CONSTRAINT "schedule_name_key_unique" UNIQUE ("name_key"),
        CONSTRAINT "schedule_paused_check" CHECK (NOT "paused" OR "next_run_at" IS NULL)
      )`);
    await queryRunner.query(`
      CREATE TABLE "satchel"."timetable" (
        "name" text NOT NULL,
        "expression" text NOT NULL,
        "next_run_at" timestamptz,
        "last_run_at" timestamptz,
        CONSTRAINT "timetable_pkey" PRIMARY KEY ("name")
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "satchel"."schedule"`);
    await queryRunner.query(`DROP TABLE "satchel"."timetable"`);
  }
}
