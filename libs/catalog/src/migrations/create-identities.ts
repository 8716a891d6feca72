import { FIRST_ROLES } from '@satchel/domain';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, roles, sessions and tokens. Of secrets there are hashes only. */
export class CreateIdentities1764201600000 implements MigrationInterface {
  readonly name = 'CreateIdentities1764201600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Names are compared by their key, which does not depend on the database's collation.
    await queryRunner.query(`
      CREATE TABLE "satchel"."user" (
        "user_id" uuid NOT NULL,
        "username" text NOT NULL,
        "username_key" text NOT NULL,
        "full_name" text NOT NULL,
        "password_hash" text NOT NULL,
        "must_change_password" boolean NOT NULL,
        "active" boolean NOT NULL,
        "grants" text[] NOT NULL,
        "created_at" timestamptz NOT NULL,
        "last_sign_in_at" timestamptz,
        CONSTRAINT "user_pkey" PRIMARY KEY ("user_id"),
        CONSTRAINT "user_username_key_unique" UNIQUE ("username_key")
      )`);
    await queryRunner.query(`
      CREATE TABLE "satchel"."role" (
        "name" text NOT NULL,
        "title" text NOT NULL,
        "permissions" text[] NOT NULL,
        "fixed" boolean NOT NULL,
        CONSTRAINT "role_pkey" PRIMARY KEY ("name")
      )`);
    await queryRunner.query(`
      CREATE TABLE "satchel"."user_role" (
        "user_id" uuid NOT NULL,
        "role_name" text NOT NULL,
        CONSTRAINT "user_role_pkey" PRIMARY KEY ("user_id", "role_name"),
        CONSTRAINT "user_role_user_fkey" FOREIGN KEY ("user_id")
          REFERENCES "satchel"."user" ("user_id") ON DELETE CASCADE,
        CONSTRAINT "user_role_role_fkey" FOREIGN KEY ("role_name") REFERENCES "satchel"."role" ("name")
      )`);
    await queryRunner.query(`CREATE INDEX "user_role_role_idx" ON "satchel"."user_role" ("role_name")`);
    // A session knows how often it was renewed, and by which token last: see TypeormIdentityStore.renewSession.
    await queryRunner.query(`
      CREATE TABLE "satchel"."session" (
        "session_id" uuid NOT NULL,
        "user_id" uuid NOT NULL,
        "created_at" timestamptz NOT NULL,
        "last_used_at" timestamptz NOT NULL,
        "expires_at" timestamptz NOT NULL,
        "ended_at" timestamptz,
        "address" text,
        "user_agent" text,
        "generation" integer NOT NULL DEFAULT 0,
        "exchanged_hash" text,
        "exchanged_at" timestamptz,
        CONSTRAINT "session_pkey" PRIMARY KEY ("session_id"),
        CONSTRAINT "session_user_fkey" FOREIGN KEY ("user_id")
          REFERENCES "satchel"."user" ("user_id") ON DELETE CASCADE
      )`);
    await queryRunner.query(`CREATE INDEX "session_user_idx" ON "satchel"."session" ("user_id")`);
    await queryRunner.query(`
      CREATE TABLE "satchel"."refresh_token" (
        "hash" text NOT NULL,
        "session_id" uuid NOT NULL,
        "generation" integer NOT NULL,
        CONSTRAINT "refresh_token_pkey" PRIMARY KEY ("hash"),
        CONSTRAINT "refresh_token_session_fkey" FOREIGN KEY ("session_id")
          REFERENCES "satchel"."session" ("session_id") ON DELETE CASCADE
      )`);
    await queryRunner.query(
      `CREATE INDEX "refresh_token_session_idx" ON "satchel"."refresh_token" ("session_id")`,
    );
    await queryRunner.query(`
      CREATE TABLE "satchel"."api_token" (
        "token_id" uuid NOT NULL,
        "hash" text NOT NULL,
        "user_id" uuid NOT NULL,
        "name" text NOT NULL,
        "permissions" text[] NOT NULL,
        "created_at" timestamptz NOT NULL,
        "expires_at" timestamptz NOT NULL,
        "last_used_at" timestamptz,
        CONSTRAINT "api_token_pkey" PRIMARY KEY ("token_id"),
        CONSTRAINT "api_token_hash_unique" UNIQUE ("hash"),
        CONSTRAINT "api_token_user_fkey" FOREIGN KEY ("user_id")
          REFERENCES "satchel"."user" ("user_id") ON DELETE CASCADE
      )`);
    await queryRunner.query(`CREATE INDEX "api_token_user_idx" ON "satchel"."api_token" ("user_id")`);
    await queryRunner.query(`
      CREATE TABLE "satchel"."sign_in_failure" (
        "subject" text NOT NULL,
        "count" integer NOT NULL,
        "last_failed_at" timestamptz NOT NULL,
        CONSTRAINT "sign_in_failure_pkey" PRIMARY KEY ("subject")
      )`);
    for (const { name, title, permissions, fixed } of FIRST_ROLES) {
      await queryRunner.query(
        `INSERT INTO "satchel"."role" ("name", "title", "permissions", "fixed") VALUES ($1, $2, $3, $4)`,
        [name, title, permissions, fixed],
      );
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of [
      'sign_in_failure',
      'api_token',
      'refresh_token',
      'session',
      'user_role',
      'role',
      'user',
    ]) {
      await queryRunner.query(`DROP TABLE "satchel"."${table}"`);
    }
  }
}
