import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit log, and what keeps everybody from changing it; see docs/decisions/0021-audit-chain.md. */
export class CreateAuditLog1764201700000 implements MigrationInterface {
  readonly name = 'CreateAuditLog1764201700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // `details` is json, not jsonb: the hash covers its text, which jsonb would write anew.
    await queryRunner.query(`
      CREATE TABLE "satchel"."audit_event" (
        "number" bigint NOT NULL,
        "at" timestamptz NOT NULL,
        "actor_user_id" text,
        "actor_name" text NOT NULL,
        "actor_key" text NOT NULL,
        "channel" text NOT NULL,
        "address" text,
        "token_id" text,
        "action" text NOT NULL,
        "outcome" text NOT NULL,
        "subject" text,
        "details" json NOT NULL,
        "key_id" text NOT NULL,
        "previous_hash" text NOT NULL,
        "hash" text NOT NULL,
        CONSTRAINT "audit_event_pkey" PRIMARY KEY ("number")
      )`);
    // Beside what an index finds stands what else is filtered by, so that counting never looks at the table.
    for (const [column, more] of [
      ['action', ' INCLUDE ("outcome", "actor_key")'],
      ['outcome', ' INCLUDE ("action", "actor_key")'],
      ['actor_key', ' INCLUDE ("action", "outcome")'],
      ['subject', ''],
      ['at', ''],
    ] as const) {
      await queryRunner.query(
        `CREATE INDEX "audit_event_${column}_idx" ON "satchel"."audit_event" ("${column}", "number")${more}`,
      );
    }
    await queryRunner.query(`
      CREATE TABLE "satchel"."audit_head" (
        "only" boolean NOT NULL,
        "number" bigint NOT NULL,
        "hash" text NOT NULL,
        "key_id" text NOT NULL,
        "seal" text NOT NULL,
        CONSTRAINT "audit_head_pkey" PRIMARY KEY ("only"),
        CONSTRAINT "audit_head_only_check" CHECK ("only")
      )`);
    await queryRunner.query(`
      CREATE FUNCTION "satchel"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'The audit log of Satchel can only be added to: % of %.% is refused.',
          TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'SA001';
      END $$`);
    // For each statement, so that one that finds no row is refused too; ALWAYS, so that a session that acts as a replica
    // does not get past it.
    await queryRunner.query(`
      CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "satchel"."audit_event"
      FOR EACH STATEMENT EXECUTE FUNCTION "satchel"."refuse_change"()`);
    await queryRunner.query(`
      CREATE TRIGGER "audit_head_stays" BEFORE DELETE OR TRUNCATE ON "satchel"."audit_head"
      FOR EACH STATEMENT EXECUTE FUNCTION "satchel"."refuse_change"()`);
    await queryRunner.query(
      `ALTER TABLE "satchel"."audit_event" ENABLE ALWAYS TRIGGER "audit_event_append_only"`,
    );
    await queryRunner.query(`ALTER TABLE "satchel"."audit_head" ENABLE ALWAYS TRIGGER "audit_head_stays"`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "satchel"."audit_event"`);
    await queryRunner.query(`DROP TABLE "satchel"."audit_head"`);
    await queryRunner.query(`DROP FUNCTION "satchel"."refuse_change"()`);
  }
}
