import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Longest type and name of a person that is kept, in characters: they stand in indexes, whose rows have a limit. */
const SHORT = 150;

/**
 * What history can be filtered by stands in each index that it is sorted with, so that rows which do not match are passed
 * over without looking at the table.
 */
const FILTERED = `INCLUDE ("kind", "state", "type_key", "requested_by", "verified_at", "deleted_at")`;

/** The sort keys of history, each with the columns that decide between equals. */
const SORTED: readonly (readonly [index: string, key: string])[] = [
  ['job_created_idx', ''],
  ['job_finished_idx', '"finished_key", '],
  ['job_size_idx', '"size_key", '],
  ['job_rows_idx', '"rows_key", '],
  ['job_duration_idx', '"duration_key", '],
  ['job_name_idx', '"name_key", '],
  ['job_type_idx', '"type_key", '],
  ['job_state_idx', '"state", '],
  ['job_kind_idx', '"kind", '],
  ['job_person_idx', '"requested_by", '],
];

/** What a filter or an order may look at. Progress is none of it: it is written twice a second. */
const COUNTED = [
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

function countedOf(table: string): string {
  return COUNTED.map(column => `${table}."${column}"`).join(', ');
}

const TRIGGERS: readonly (readonly [operation: string, tables: string])[] = [
  ['INSERT', 'REFERENCING NEW TABLE AS changed'],
  ['UPDATE', 'REFERENCING OLD TABLE AS former NEW TABLE AS changed'],
  ['DELETE', 'REFERENCING OLD TABLE AS changed'],
  ['TRUNCATE', ''],
];

/**
 * One table for everything that is asked of the product, in place of one for backups and one for restores; and one for
 * the processes that take jobs. Rows of the former tables are taken along.
 *
 * The columns that end in `_key` are what history is sorted by: never null (what is missing is the smallest), so that a page
 * can be read from any row on, in either direction. Times are whole milliseconds, as JavaScript has them.
 *
 * `job_change` counts changes that may move jobs in a list, as the last step of the transaction that makes one: while its
 * number is the same, so are all totals and all places of rows.
 *
 * `search` holds the words of what a person would look for. Words are split here, at ASCII's punctuation and spaces, and not
 * by PostgreSQL's text parser, to which `a-1.json` is a host and `<b>` is nothing; `job-search.ts` splits the same way.
 */
export class OneTableOfJobs1764115200000 implements MigrationInterface {
  readonly name = 'OneTableOfJobs1764115200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "satchel"."job" (
        "job_id" uuid NOT NULL,
        "kind" text COLLATE "C" NOT NULL,
        "state" text COLLATE "C" NOT NULL,
        "scope_name" text,
        "name" text,
        "mode" text,
        "backup_id" uuid,
        "undoes" uuid,
        "location" text,
        "file" text,
        "requested_by" text COLLATE "C",
        "created_at" timestamptz(3) NOT NULL,
        "started_at" timestamptz(3),
        "finished_at" timestamptz(3),
        "size_bytes" bigint,
        "rows" bigint,
        "digest" text,
        "verified_at" timestamptz(3),
        "deleted_at" timestamptz(3),
        "safety_backup_id" uuid,
        "progress" jsonb,
        "report" jsonb,
        "error" jsonb,
        "command" jsonb,
        "attempt" integer NOT NULL,
        "cancel_requested_by" text,
        "worker_id" text,
        "lock_key" bigint,
        "finished_key" timestamptz(3) NOT NULL
          GENERATED ALWAYS AS (coalesce("finished_at", '-infinity'::timestamptz)) STORED,
        "size_key" bigint NOT NULL GENERATED ALWAYS AS (coalesce("size_bytes", -1)) STORED,
        "rows_key" bigint NOT NULL GENERATED ALWAYS AS (coalesce("rows", -1)) STORED,
        "duration_key" bigint NOT NULL GENERATED ALWAYS AS (
          CASE
            WHEN "finished_at" >= "started_at" THEN (extract(epoch FROM "finished_at" - "started_at") * 1000)::bigint
            WHEN "finished_at" < "started_at" THEN 0
            ELSE -1
          END) STORED,
        "name_key" text COLLATE "C" NOT NULL
          GENERATED ALWAYS AS (left(lower(coalesce("name", '')), ${SHORT})) STORED,
        "type_key" text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce("scope_name", '')) STORED,
        "search" tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(array_remove(regexp_split_to_array(
          lower(left(coalesce("name", ''), 500) || ' ' || left(coalesce("file", ''), 500) || ' '
            || coalesce("scope_name", '') || ' ' || coalesce("requested_by", '') || ' '
            || replace("job_id"::text, '-', '')),
          '[\\u0001-/:-@\\[-\`{-\\u007f]+'), ''))) STORED,
        CONSTRAINT "job_pkey" PRIMARY KEY ("job_id"),
        CONSTRAINT "job_kind_check" CHECK ("kind" IN ('backup', 'restore', 'undo', 'verify', 'cleanup')),
        CONSTRAINT "job_state_check"
          CHECK ("state" IN ('pending', 'running', 'success', 'failed', 'cancelled')),
        CONSTRAINT "job_attempt_check" CHECK ("attempt" >= 0),
        CONSTRAINT "job_short_check"
          CHECK (length("scope_name") <= ${SHORT} AND length("requested_by") <= ${SHORT})
      ) WITH (fillfactor = 90, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)`);
    await queryRunner.query(`
      INSERT INTO "satchel"."job" ("job_id", "kind", "state", "scope_name", "name", "backup_id", "location", "file",
        "requested_by", "created_at", "started_at", "finished_at", "size_bytes", "rows", "digest", "verified_at",
        "deleted_at", "error", "attempt", "lock_key")
      SELECT "backup_id", 'backup', "state", left("scope_name", ${SHORT}), "name", "backup_id", "location", "file",
        left("requested_by", ${SHORT}), "started_at", "started_at", "finished_at", "size_bytes", "rows", "digest",
        "verified_at", "deleted_at", "error", 1, "lock_key"
      FROM "satchel"."backup"`);
    await queryRunner.query(`
      INSERT INTO "satchel"."job" ("job_id", "kind", "state", "scope_name", "name", "mode", "backup_id", "file",
        "requested_by", "created_at", "started_at", "finished_at", "safety_backup_id", "report", "error", "attempt",
        "lock_key")
      SELECT "restore_id", 'restore', restore."state", left(backup."scope_name", ${SHORT}), backup."name", "mode",
        restore."backup_id", restore."file", left(restore."requested_by", ${SHORT}), restore."started_at",
        restore."started_at", restore."finished_at", "safety_backup_id", "report", restore."error", 1,
        restore."lock_key"
      FROM "satchel"."restore" LEFT JOIN "satchel"."backup" USING ("backup_id")`);
    for (const [index, key] of SORTED) {
      await queryRunner.query(
        `CREATE INDEX "${index}" ON "satchel"."job" (${key}"created_at", "job_id") ${FILTERED}`,
      );
    }
    await queryRunner.query(
      `CREATE INDEX "job_backup_idx" ON "satchel"."job" ("backup_id", "created_at", "job_id")`,
    );
    // Without the list of pending entries, which every search would have to read as well.
    await queryRunner.query(
      `CREATE INDEX "job_search_idx" ON "satchel"."job" USING gin ("search") WITH (fastupdate = off)`,
    );
    await queryRunner.query(`
      CREATE TABLE "satchel"."job_change" (
        "only" boolean NOT NULL DEFAULT true,
        "number" bigint NOT NULL,
        CONSTRAINT "job_change_pkey" PRIMARY KEY ("only"),
        CONSTRAINT "job_change_only_check" CHECK ("only")
      )`);
    await queryRunner.query(`INSERT INTO "satchel"."job_change" ("number") VALUES (0)`);
    await queryRunner.query(`
      CREATE FUNCTION "satchel"."count_job_change"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          PERFORM FROM changed JOIN former USING ("job_id")
          WHERE (${countedOf('changed')}) IS DISTINCT FROM (${countedOf('former')}) LIMIT 1;
        ELSIF TG_OP <> 'TRUNCATE' THEN
          PERFORM FROM changed LIMIT 1;
        END IF;
        IF FOUND OR TG_OP = 'TRUNCATE' THEN
          UPDATE "satchel"."job_change" SET "number" = "number" + 1;
        END IF;
        RETURN NULL;
      END $$`);
    for (const [operation, tables] of TRIGGERS) {
      await queryRunner.query(`
        CREATE TRIGGER "job_change_${operation.toLowerCase()}" AFTER ${operation} ON "satchel"."job" ${tables}
        FOR EACH STATEMENT EXECUTE FUNCTION "satchel"."count_job_change"()`);
    }
    await queryRunner.query(`
      CREATE TABLE "satchel"."worker" (
        "worker_id" text NOT NULL,
        "host" text NOT NULL,
        "pid" integer NOT NULL,
        "version" text NOT NULL,
        "concurrency" integer NOT NULL,
        "started_at" timestamptz(3) NOT NULL,
        "seen_at" timestamptz(3) NOT NULL,
        CONSTRAINT "worker_pkey" PRIMARY KEY ("worker_id")
      )`);
    await queryRunner.query(`DROP TABLE "satchel"."backup"`);
    await queryRunner.query(`DROP TABLE "satchel"."restore"`);
  }

  /** Not offered: the former tables have no place for what is kept now. */
  down(): Promise<void> {
    return Promise.reject(new Error('Jobs cannot be put back into the tables of backups and restores.'));
  }
}
