import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is wrong or was, and the messages about it: see docs/decisions/0029-alarms.md. */
export class CreateAlarms1764374700000 implements MigrationInterface {
  readonly name = 'CreateAlarms1764374700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "satchel"."alarm" (
        "alarm_id" uuid NOT NULL,
        "kind" text NOT NULL,
        "subject" text NOT NULL,
        "facts" json NOT NULL,
        "opened_at" timestamptz NOT NULL,
        "last_seen_at" timestamptz NOT NULL,
        "last_told_at" timestamptz NOT NULL,
        "times_seen" integer NOT NULL,
        "acknowledged_at" timestamptz,
        "acknowledged_by" text,
        "resolved_at" timestamptz,
        CONSTRAINT "alarm_pkey" PRIMARY KEY ("alarm_id")
      )`);
    // One open alarm of a cause, however many processes find it at once.
    await queryRunner.query(
      `CREATE UNIQUE INDEX "alarm_open_idx" ON "satchel"."alarm" ("kind", "subject") WHERE "resolved_at" IS NULL`,
    );
    await queryRunner.query(`CREATE INDEX "alarm_opened_idx" ON "satchel"."alarm" ("opened_at", "alarm_id")`);
    await queryRunner.query(`
      CREATE TABLE "satchel"."alarm_delivery" (
        "delivery_id" uuid NOT NULL,
        "alarm_id" uuid,
        "channel" text NOT NULL,
        "event" text NOT NULL,
        "state" text NOT NULL,
        "attempts" integer NOT NULL,
        "failures" integer NOT NULL,
        "created_at" timestamptz NOT NULL,
        "due_at" timestamptz NOT NULL,
        "finished_at" timestamptz,
        "problem" text,
        "problem_at" timestamptz,
        CONSTRAINT "alarm_delivery_pkey" PRIMARY KEY ("delivery_id"),
        CONSTRAINT "alarm_delivery_state_check"
          CHECK ("state" IN ('pending', 'delivered', 'failed', 'superseded')),
        CONSTRAINT "alarm_delivery_alarm_fkey" FOREIGN KEY ("alarm_id")
          REFERENCES "satchel"."alarm" ("alarm_id") ON DELETE CASCADE
      )`);
    await queryRunner.query(
      `CREATE INDEX "alarm_delivery_due_idx" ON "satchel"."alarm_delivery" ("due_at") WHERE "state" = 'pending'`,
    );
    await queryRunner.query(
      `CREATE INDEX "alarm_delivery_alarm_idx" ON "satchel"."alarm_delivery" ("alarm_id")`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE "satchel"."alarm_delivery"');
    await queryRunner.query('DROP TABLE "satchel"."alarm"');
  }
}
