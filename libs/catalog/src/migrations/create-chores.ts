import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each chore was last taken up, or kept. */
export class CreateChores1764288000000 implements MigrationInterface {
  readonly name = 'CreateChores1764288000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "satchel"."chore" (
        "name" text NOT NULL,
        "kept_at" timestamptz NOT NULL,
        CONSTRAINT "chore_pkey" PRIMARY KEY ("name")
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE "satchel"."chore"');
  }
}
