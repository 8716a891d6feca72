CREATE TABLE satchel.alarm (
  alarm_id uuid NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  facts json NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  last_told_at timestamp with time zone NOT NULL,
  times_seen integer NOT NULL,
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  resolved_at timestamp with time zone,
  CONSTRAINT alarm_pkey PRIMARY KEY (alarm_id)
);

CREATE UNIQUE INDEX alarm_open_idx ON satchel.alarm USING btree (kind, subject) WHERE (resolved_at IS NULL);

CREATE INDEX alarm_opened_idx ON satchel.alarm USING btree (opened_at, alarm_id);

CREATE TABLE satchel.alarm_delivery (
  delivery_id uuid NOT NULL,
  alarm_id uuid,
  channel text NOT NULL,
  event text NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL,
  failures integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  problem text,
  problem_at timestamp with time zone,
  CONSTRAINT alarm_delivery_pkey PRIMARY KEY (delivery_id),
  CONSTRAINT alarm_delivery_alarm_fkey FOREIGN KEY (alarm_id) REFERENCES satchel.alarm(alarm_id) ON DELETE CASCADE,
  CONSTRAINT alarm_delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'superseded'::text])))
);

CREATE INDEX alarm_delivery_alarm_idx ON satchel.alarm_delivery USING btree (alarm_id);

CREATE INDEX alarm_delivery_due_idx ON satchel.alarm_delivery USING btree (due_at) WHERE (state = 'pending'::text);

CREATE TABLE satchel.api_token (
  token_id uuid NOT NULL,
  hash text NOT NULL,
  user_id uuid NOT NULL,
  name text NOT NULL,
  permissions text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  CONSTRAINT api_token_pkey PRIMARY KEY (token_id),
  CONSTRAINT api_token_user_fkey FOREIGN KEY (user_id) REFERENCES satchel."user"(user_id) ON DELETE CASCADE,
  CONSTRAINT api_token_hash_unique UNIQUE (hash)
);

CREATE INDEX api_token_user_idx ON satchel.api_token USING btree (user_id);

CREATE TABLE satchel.audit_event (
  number bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  actor_user_id text,
  actor_name text NOT NULL,
  actor_key text NOT NULL,
  channel text NOT NULL,
  address text,
  token_id text,
  action text NOT NULL,
  outcome text NOT NULL,
  subject text,
  details json NOT NULL,
  key_id text NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  CONSTRAINT audit_event_pkey PRIMARY KEY (number)
);

CREATE INDEX audit_event_action_idx ON satchel.audit_event USING btree (action, number) INCLUDE (outcome, actor_key);

CREATE INDEX audit_event_actor_key_idx ON satchel.audit_event USING btree (actor_key, number) INCLUDE (action, outcome);

CREATE INDEX audit_event_at_idx ON satchel.audit_event USING btree (at, number);

CREATE INDEX audit_event_outcome_idx ON satchel.audit_event USING btree (outcome, number) INCLUDE (action, actor_key);

CREATE INDEX audit_event_subject_idx ON satchel.audit_event USING btree (subject, number);

CREATE TRIGGER audit_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON satchel.audit_event FOR EACH STATEMENT EXECUTE FUNCTION satchel.refuse_change(); -- always

CREATE TABLE satchel.audit_head (
  "only" boolean NOT NULL,
  number bigint NOT NULL,
  hash text NOT NULL,
  key_id text NOT NULL,
  seal text NOT NULL,
  CONSTRAINT audit_head_pkey PRIMARY KEY ("only"),
  CONSTRAINT audit_head_only_check CHECK ("only")
);

CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON satchel.audit_head FOR EACH STATEMENT EXECUTE FUNCTION satchel.refuse_change(); -- always

CREATE TABLE satchel.chore (
  name text NOT NULL,
  kept_at timestamp with time zone NOT NULL,
  CONSTRAINT chore_pkey PRIMARY KEY (name)
);

CREATE TABLE satchel.copy (
  backup_id uuid NOT NULL,
  destination text NOT NULL,
  file text NOT NULL,
  state text NOT NULL,
  size_bytes bigint NOT NULL,
  digest text NOT NULL,
  stored_at timestamp with time zone,
  verified_at timestamp with time zone,
  attempts integer NOT NULL,
  next_try_at timestamp with time zone,
  error jsonb,
  destinations text[],
  CONSTRAINT copy_pkey PRIMARY KEY (backup_id, destination),
  CONSTRAINT copy_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'stored'::text, 'failed'::text, 'damaged'::text, 'missing'::text, 'removed'::text])))
);

CREATE OR REPLACE FUNCTION satchel.count_job_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          PERFORM FROM changed JOIN former USING ("job_id")
          WHERE (changed."kind", changed."state", changed."scope_name", changed."name", changed."backup_id", changed."file", changed."requested_by", changed."created_at", changed."started_at", changed."finished_at", changed."size_bytes", changed."rows", changed."verified_at", changed."deleted_at", changed."mode", changed."location", changed."digest", changed."safety_backup_id", changed."report", changed."error", changed."attempt", changed."cancel_requested_by") IS DISTINCT FROM (former."kind", former."state", former."scope_name", former."name", former."backup_id", former."file", former."requested_by", former."created_at", former."started_at", former."finished_at", former."size_bytes", former."rows", former."verified_at", former."deleted_at", former."mode", former."location", former."digest", former."safety_backup_id", former."report", former."error", former."attempt", former."cancel_requested_by") LIMIT 1;
        ELSIF TG_OP <> 'TRUNCATE' THEN
          PERFORM FROM changed LIMIT 1;
        END IF;
        IF FOUND OR TG_OP = 'TRUNCATE' THEN
          UPDATE "satchel"."job_change" SET "number" = "number" + 1;
        END IF;
        RETURN NULL;
      END $function$;

CREATE OR REPLACE FUNCTION satchel.erase_sealed_keys()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        NEW."command" := NEW."command" - 'sealedKeys';
        RETURN NEW;
      END $function$;

CREATE TABLE satchel.failed_delete (
  backup_id uuid NOT NULL,
  file text NOT NULL,
  attempts integer NOT NULL,
  first_failed_at timestamp with time zone NOT NULL,
  last_failed_at timestamp with time zone NOT NULL,
  next_attempt_at timestamp with time zone NOT NULL,
  problem text NOT NULL,
  CONSTRAINT failed_delete_pkey PRIMARY KEY (backup_id)
);

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
  search tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(array_remove(regexp_split_to_array(lower(((((((((("left"(COALESCE(name, ''::text), 500) || ' '::text) || "left"(COALESCE(file, ''::text), 500)) || ' '::text) || COALESCE(scope_name, ''::text)) || ' '::text) || COALESCE(requested_by, ''::text)) || ' '::text) || replace((job_id)::text, '-'::text, ''::text)) COLLATE "default")), '[\u0001-/:-@\[-`{-\u007f]+'::text), ''::text))) STORED,
  CONSTRAINT job_pkey PRIMARY KEY (job_id),
  CONSTRAINT job_kind_check CHECK ((kind = ANY (ARRAY['backup'::text, 'restore'::text, 'undo'::text, 'verify'::text, 'cleanup'::text, 'drill'::text]))),
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

CREATE TRIGGER job_erase_sealed_keys BEFORE UPDATE ON satchel.job FOR EACH ROW WHEN (((new.state <> ALL (ARRAY['pending'::text, 'running'::text])) AND (new.command ? 'sealedKeys'::text))) EXECUTE FUNCTION satchel.erase_sealed_keys();

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

CREATE TABLE satchel.pin (
  backup_id uuid NOT NULL,
  reason text NOT NULL,
  pinned_by text,
  pinned_at timestamp with time zone NOT NULL,
  CONSTRAINT pin_pkey PRIMARY KEY (backup_id)
);

CREATE TABLE satchel.refresh_token (
  hash text NOT NULL,
  session_id uuid NOT NULL,
  generation integer NOT NULL,
  CONSTRAINT refresh_token_pkey PRIMARY KEY (hash),
  CONSTRAINT refresh_token_session_fkey FOREIGN KEY (session_id) REFERENCES satchel.session(session_id) ON DELETE CASCADE
);

CREATE INDEX refresh_token_session_idx ON satchel.refresh_token USING btree (session_id);

CREATE OR REPLACE FUNCTION satchel.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        RAISE EXCEPTION 'The audit log of Satchel can only be added to: % of %.% is refused.',
          TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'SA001';
      END $function$;

CREATE TABLE satchel.role (
  name text NOT NULL,
  title text NOT NULL,
  permissions text[] NOT NULL,
  fixed boolean NOT NULL,
  CONSTRAINT role_pkey PRIMARY KEY (name)
);

CREATE TABLE satchel.schedule (
  schedule_id uuid NOT NULL,
  name text NOT NULL,
  name_key text NOT NULL,
  scope_name text NOT NULL,
  cron text NOT NULL,
  time_zone text NOT NULL,
  compression text NOT NULL,
  paused boolean NOT NULL,
  next_run_at timestamp with time zone,
  last_run_at timestamp with time zone,
  last_job_id uuid,
  created_by text,
  created_at timestamp with time zone NOT NULL,
  destinations text[],
  CONSTRAINT schedule_pkey PRIMARY KEY (schedule_id),
  CONSTRAINT schedule_paused_check CHECK (((NOT paused) OR (next_run_at IS NULL))),
  CONSTRAINT schedule_name_key_unique UNIQUE (name_key)
);

CREATE TABLE satchel.session (
  session_id uuid NOT NULL,
  user_id uuid NOT NULL,
  created_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  address text,
  user_agent text,
  generation integer NOT NULL DEFAULT 0,
  exchanged_hash text,
  exchanged_at timestamp with time zone,
  CONSTRAINT session_pkey PRIMARY KEY (session_id),
  CONSTRAINT session_user_fkey FOREIGN KEY (user_id) REFERENCES satchel."user"(user_id) ON DELETE CASCADE
);

CREATE INDEX session_user_idx ON satchel.session USING btree (user_id);

CREATE TABLE satchel.sign_in_failure (
  subject text NOT NULL,
  count integer NOT NULL,
  last_failed_at timestamp with time zone NOT NULL,
  CONSTRAINT sign_in_failure_pkey PRIMARY KEY (subject)
);

CREATE TABLE satchel.timetable (
  name text NOT NULL,
  expression text NOT NULL,
  next_run_at timestamp with time zone,
  last_run_at timestamp with time zone,
  CONSTRAINT timetable_pkey PRIMARY KEY (name)
);

CREATE TABLE satchel."user" (
  user_id uuid NOT NULL,
  username text NOT NULL,
  username_key text NOT NULL,
  full_name text NOT NULL,
  password_hash text NOT NULL,
  must_change_password boolean NOT NULL,
  active boolean NOT NULL,
  grants text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  last_sign_in_at timestamp with time zone,
  CONSTRAINT user_pkey PRIMARY KEY (user_id),
  CONSTRAINT user_username_key_unique UNIQUE (username_key)
);

CREATE TABLE satchel.user_role (
  user_id uuid NOT NULL,
  role_name text NOT NULL,
  CONSTRAINT user_role_pkey PRIMARY KEY (user_id, role_name),
  CONSTRAINT user_role_role_fkey FOREIGN KEY (role_name) REFERENCES satchel.role(name),
  CONSTRAINT user_role_user_fkey FOREIGN KEY (user_id) REFERENCES satchel."user"(user_id) ON DELETE CASCADE
);

CREATE INDEX user_role_role_idx ON satchel.user_role USING btree (role_name);

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
