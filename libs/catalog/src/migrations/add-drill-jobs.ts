import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = ['backup', 'restore', 'undo', 'verify', 'cleanup'];

/** Restore drills are jobs too. */
export class AddDrillJobs1764374600000 implements MigrationInterface {
  readonly name = 'AddDrillJobs1764374600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await allowKinds(queryRunner, [...BEFORE, 'drill']);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DELETE FROM "satchel"."job" WHERE "kind" = 'drill'`);
    await allowKinds(queryRunner, BEFORE);
  }
}

async function allowKinds(queryRunner: QueryRunner, kinds: readonly string[]): Promise<void> {
  await queryRunner.query(`ALTER TABLE "satchel"."job" DROP CONSTRAINT "job_kind_check"`);
  const list = kinds.map(kind => `'${kind}'`).join(', ');
  await queryRunner.query(
    `ALTER TABLE "satchel"."job" ADD CONSTRAINT "job_kind_check" CHECK ("kind" IN (${list}))`,
  );
}
