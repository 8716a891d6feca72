import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What moves a job in a list, or decides whether it is in it. */
const MOVING = [
  'kind',
  'state',
  'scope_name',
  'name',
  'backup_id',
  'file',
  'requested_by',
  'created_at',
  'started_at',
  'finished_at',
  'size_bytes',
  'rows',
  'verified_at',
  'deleted_at',
];

/** What else is shown of it, but for the progress of a job that runs, which is written twice a second. */
const SHOWN = [
  'mode',
  'location',
  'digest',
  'safety_backup_id',
  'report',
  'error',
  'attempt',
  'cancel_requested_by',
];

/**
 * Has `job_change` count all that a page of jobs shows, so that a page which was read is right for as long as the number is the
 * same; before, only totals and places were. Progress alone does not count: a page with a running job is not kept.
 */
export class CountWhatPagesShow1764374900000 implements MigrationInterface {
  readonly name = 'CountWhatPagesShow1764374900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await replaceFunction(queryRunner, [...MOVING, ...SHOWN]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await replaceFunction(queryRunner, MOVING);
  }
}

async function replaceFunction(queryRunner: QueryRunner, counted: readonly string[]): Promise<void> {
  const of = (table: string) => counted.map(column => `${table}."${column}"`).join(', ');
  await queryRunner.query(`
      CREATE OR REPLACE FUNCTION "satchel"."count_job_change"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          PERFORM FROM changed JOIN former USING ("job_id")
          WHERE (${of('changed')}) IS DISTINCT FROM (${of('former')}) LIMIT 1;
        ELSIF TG_OP <> 'TRUNCATE' THEN
          PERFORM FROM changed LIMIT 1;
        END IF;
        IF FOUND OR TG_OP = 'TRUNCATE' THEN
          UPDATE "satchel"."job_change" SET "number" = "number" + 1;
        END IF;
        RETURN NULL;
      END $$`);
}
