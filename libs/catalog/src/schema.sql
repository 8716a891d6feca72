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
