import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a backup is kept, and those of a schedule; null is everywhere, as it was for all that is there already. */
export class ChooseDestinations1764374800000 implements MigrationInterface {
  readonly name = 'ChooseDestinations1764374800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "satchel"."schedule" ADD COLUMN "destinations" text[]`);
    await queryRunner.query(`ALTER TABLE "satchel"."copy" ADD COLUMN "destinations" text[]`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "satchel"."copy" DROP COLUMN "destinations"`);
    await queryRunner.query(`ALTER TABLE "satchel"."schedule" DROP COLUMN "destinations"`);
  }
}
