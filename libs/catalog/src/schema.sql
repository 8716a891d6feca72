CREATE OR REPLACE FUNCTION satchel.count_job_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          PERFORM FROM changed JOIN former USING ("job_id")
          WHERE (changed."kind", changed."state", changed."scope_name", changed."name", changed."backup_id", changed."file", changed."requested_by", changed."created_at", changed."started_at", changed."finished_at", changed."size_bytes", changed."rows", changed."verified_at", changed."deleted_at") IS DISTINCT FROM (former."kind", former."state", former."scope_name", former."name", former."backup_id", former."file", former."requested_by", former."created_at", former."started_at", former."finished_at", former."size_bytes", former."rows", former."verified_at", former."deleted_at") LIMIT 1;
        ELSIF TG_OP <> 'TRUNCATE' THEN
          PERFORM FROM changed LIMIT 1;
        END IF;
        IF FOUND OR TG_OP = 'TRUNCATE' THEN
          UPDATE "satchel"."job_change" SET "number" = "number" + 1;
        END IF;
        RETURN NULL;
      END $function$;

CREATE TABLE satchel.job (
  job_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  scope_name text,
  name text,
  mode text,
  backup_id uuid,
  undoes uuid,
  location text,
  file text,
  requested_by text COLLATE "C",
  created_at timestamp(3) with time zone NOT NULL,
  started_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  size_bytes bigint,
  rows bigint,
  digest text,
  verified_at timestamp(3) with time zone,
  deleted_at timestamp(3) with time zone,
  safety_backup_id uuid,
  progress jsonb,
  report jsonb,
  error jsonb,
  command jsonb,
  attempt integer NOT NULL,
  cancel_requested_by text,
  worker_id text,
  lock_key bigint,
  finished_key timestamp(3) with time zone NOT NULL GENERATED ALWAYS AS (COALESCE(finished_at, '-infinity'::timestamp with time zone)) STORED,
  size_key bigint NOT NULL GENERATED ALWAYS AS (COALESCE(size_bytes, ('-1'::integer)::bigint)) STORED,
  rows_key bigint NOT NULL GENERATED ALWAYS AS (COALESCE(rows, ('-1'::integer)::bigint)) STORED,
  duration_key bigint NOT NULL GENERATED ALWAYS AS (
CASE
    WHEN (finished_at >= started_at) THEN ((EXTRACT(epoch FROM (finished_at - started_at)) * (1000)::numeric))::bigint
    WHEN (finished_at < started_at) THEN (0)::bigint
    ELSE ('-1'::integer)::bigint
END) STORED,
  name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS ("left"(lower(COALESCE(name, ''::text)), 150)) STORED,
  type_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (COALESCE(scope_name, ''::text)) STORED,
  search tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(array_remove(regexp_split_to_array(lower((((((((("left"(COALESCE(name, ''::text), 500) || ' '::text) || "left"(COALESCE(file, ''::text), 500)) || ' '::text) || COALESCE(scope_name, ''::text)) || ' '::text) || COALESCE(requested_by, ''::text)) || ' '::text) || replace((job_id)::text, '-'::text, ''::text))), '[\u0001-/:-@\[-`{-\u007f]+'::text), ''::text))) STORED,
  CONSTRAINT job_pkey PRIMARY KEY (job_id),
  CONSTRAINT job_kind_check CHECK ((kind = ANY (ARRAY['backup'::text, 'restore'::text, 'undo'::text, 'verify'::text, 'cleanup'::text]))),
  CONSTRAINT job_short_check CHECK (((length(scope_name) <= 150) AND (length(requested_by) <= 150))),
  CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'success'::text, 'failed'::text, 'cancelled'::text]))),
  CONSTRAINT job_attempt_check CHECK ((attempt >= 0))
) WITH (fillfactor=90, autovacuum_analyze_scale_factor=0.02, autovacuum_vacuum_insert_scale_factor=0.02);

CREATE INDEX job_backup_idx ON satchel.job USING btree (backup_id, created_at, job_id);

CREATE INDEX job_created_idx ON satchel.job USING btree (created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_duration_idx ON satchel.job USING btree (duration_key, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_finished_idx ON satchel.job USING btree (finished_key, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_kind_idx ON satchel.job USING btree (kind, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_name_idx ON satchel.job USING btree (name_key, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_person_idx ON satchel.job USING btree (requested_by, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_rows_idx ON satchel.job USING btree (rows_key, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_search_idx ON satchel.job USING gin (search) WITH (fastupdate=off);

CREATE INDEX job_size_idx ON satchel.job USING btree (size_key, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_state_idx ON satchel.job USING btree (state, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE INDEX job_type_idx ON satchel.job USING btree (type_key, created_at, job_id) INCLUDE (kind, state, type_key, requested_by, verified_at, deleted_at);

CREATE TRIGGER job_change_delete AFTER DELETE ON satchel.job REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION satchel.count_job_change();

CREATE TRIGGER job_change_insert AFTER INSERT ON satchel.job REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION satchel.count_job_change();

CREATE TRIGGER job_change_truncate AFTER TRUNCATE ON satchel.job FOR EACH STATEMENT EXECUTE FUNCTION satchel.count_job_change();

CREATE TRIGGER job_change_update AFTER UPDATE ON satchel.job REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION satchel.count_job_change();

CREATE TABLE satchel.job_change (
  "only" boolean NOT NULL DEFAULT true,
  number bigint NOT NULL,
  CONSTRAINT job_change_pkey PRIMARY KEY ("only"),
  CONSTRAINT job_change_only_check CHECK ("only")
);

CREATE TABLE satchel.migrations (
  id integer NOT NULL DEFAULT nextval('satchel.migrations_id_seq'::regclass),
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id)
);

CREATE TABLE satchel.worker (
  worker_id text NOT NULL,
  host text NOT NULL,
  pid integer NOT NULL,
  version text NOT NULL,
  concurrency integer NOT NULL,
  started_at timestamp(3) with time zone NOT NULL,
  seen_at timestamp(3) with time zone NOT NULL,
  CONSTRAINT worker_pkey PRIMARY KEY (worker_id)
);
