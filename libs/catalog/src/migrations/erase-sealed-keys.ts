import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Takes the sealed keys out of a job's command once the job has ended, whoever ends it and however: a rule of the table, so that
 * no way of ending a job can forget it.
 */
export class EraseSealedKeys1764288000000 implements MigrationInterface {
  readonly name = 'EraseSealedKeys1764288000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION "satchel"."erase_sealed_keys"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW."command" := NEW."command" - 'sealedKeys';
        RETURN NEW;
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER "job_erase_sealed_keys" BEFORE UPDATE ON "satchel"."job" FOR EACH ROW
      WHEN (NEW."state" NOT IN ('pending', 'running') AND NEW."command" ? 'sealedKeys')
      EXECUTE FUNCTION "satchel"."erase_sealed_keys"()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TRIGGER "job_erase_sealed_keys" ON "satchel"."job"`);
    await queryRunner.query(`DROP FUNCTION "satchel"."erase_sealed_keys"()`);
  }
}
