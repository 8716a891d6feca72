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

CREATE INDEX audit_event_action_idx ON satchel.audit_event USING btree (action, number);

CREATE INDEX audit_event_actor_key_idx ON satchel.audit_event USING btree (actor_key, number);

CREATE INDEX audit_event_at_idx ON satchel.audit_event USING btree (at, number);

CREATE INDEX audit_event_outcome_idx ON satchel.audit_event USING btree (outcome, number);

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

CREATE TABLE satchel.backup (
  backup_id uuid NOT NULL,
  scope_name text NOT NULL,
  name text,
  state text NOT NULL,
  location text,
  file text,
  requested_by text,
  started_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  size_bytes bigint,
  rows bigint,
  digest text,
  verified_at timestamp with time zone,
  deleted_at timestamp with time zone,
  error jsonb,
  lock_key bigint,
  CONSTRAINT backup_pkey PRIMARY KEY (backup_id),
  CONSTRAINT backup_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'success'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE INDEX backup_kept_idx ON satchel.backup USING btree (started_at, backup_id) WHERE (deleted_at IS NULL);

CREATE INDEX backup_scope_idx ON satchel.backup USING btree (scope_name, started_at, backup_id);

CREATE INDEX backup_started_idx ON satchel.backup USING btree (started_at, backup_id);

CREATE INDEX backup_state_idx ON satchel.backup USING btree (state, started_at, backup_id);

CREATE TABLE satchel.migrations (
  id integer NOT NULL DEFAULT nextval('satchel.migrations_id_seq'::regclass),
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id)
);

CREATE TABLE satchel.refresh_token (
  hash text NOT NULL,
  session_id uuid NOT NULL,
  generation integer NOT NULL,
  CONSTRAINT refresh_token_pkey PRIMARY KEY (hash),
  CONSTRAINT refresh_token_session_fkey FOREIGN KEY (session_id) REFERENCES satchel.session(session_id) ON DELETE CASCADE
);

CREATE INDEX refresh_token_session_idx ON satchel.refresh_token USING btree (session_id);

CREATE TABLE satchel.restore (
  restore_id uuid NOT NULL,
  backup_id uuid,
  file text NOT NULL,
  mode text NOT NULL,
  state text NOT NULL,
  requested_by text,
  started_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  safety_backup_id uuid,
  report jsonb,
  error jsonb,
  lock_key bigint,
  CONSTRAINT restore_pkey PRIMARY KEY (restore_id),
  CONSTRAINT restore_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'success'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE INDEX restore_started_idx ON satchel.restore USING btree (started_at, restore_id);

CREATE INDEX restore_state_idx ON satchel.restore USING btree (state, started_at, restore_id);

CREATE TABLE satchel.role (
  name text NOT NULL,
  title text NOT NULL,
  permissions text[] NOT NULL,
  fixed boolean NOT NULL,
  CONSTRAINT role_pkey PRIMARY KEY (name)
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

CREATE OR REPLACE FUNCTION satchel.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        RAISE EXCEPTION 'The audit log of Satchel can only be added to: % of %.% is refused.',
          TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'SA001';
      END $function$;
