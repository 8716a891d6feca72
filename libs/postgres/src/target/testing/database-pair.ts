import {
  createTestDatabase,
  execute,
  query,
  sameContent,
  type TestDatabase,
  type TestServer,
} from '@satchel/testing';

/** All that a restore must leave as it was, one line an object: everything but rows and what sequences count. */
const SHAPE = `
  WITH ours AS (
    SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
  SELECT 'constraint', coalesce(nullif(conrelid, 0)::regclass::text, nullif(contypid, 0)::regtype::text), conname::text,
         concat_ws(' ', pg_get_constraintdef(c.oid), convalidated, conislocal, coninhcount, condeferred, to_jsonb(c) ->> 'conenforced',
                   obj_description(c.oid, 'pg_constraint'))
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION ALL
  SELECT 'index', i.indrelid::regclass::text, i.indexrelid::regclass::text,
         concat_ws(' ', pg_get_indexdef(i.indexrelid), indisclustered, indisreplident, indisvalid, indisprimary, indimmediate,
                   obj_description(i.indexrelid, 'pg_class'))
    FROM pg_index i JOIN ours ON ours.oid = i.indrelid
  UNION ALL
  SELECT 'trigger', tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL
  SELECT 'internal triggers', tgrelid::regclass::text, tgconstraint::text || tgfoid::regproc, string_agg(tgenabled::text, '')
    FROM (SELECT tgrelid, tgenabled, tgfoid, conname AS tgconstraint FROM pg_trigger JOIN pg_constraint c ON c.oid = tgconstraint WHERE tgisinternal) t GROUP BY 1, 2, 3
  UNION ALL
  SELECT 'event trigger', '', evtname::text, evtenabled::text FROM pg_event_trigger
  UNION ALL
  SELECT 'rule', ev_class::regclass::text, rulename::text, pg_get_ruledef(r.oid) || ev_enabled::text FROM pg_rewrite r JOIN ours ON ours.oid = ev_class
  UNION ALL
  SELECT 'column', attrelid::regclass::text, attnum::text || attname,
         concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attisdropped, attislocal, attstorage)
    FROM pg_attribute JOIN ours ON ours.oid = attrelid WHERE attnum > 0
  UNION ALL
  SELECT 'relation', '', oid::regclass::text, concat_ws(' ', relkind, relpersistence, relispartition, relispopulated, relreplident,
         relrowsecurity, relforcerowsecurity, relowner::regrole, relacl, reloptions, relhasrules, relhastriggers, pg_get_expr(relpartbound, oid))
    FROM ours
  UNION ALL
  SELECT 'policy', polrelid::regclass::text, polname::text, pg_get_expr(polqual, polrelid) FROM pg_policy
  UNION ALL
  SELECT 'publication', '', pubname::text, tablename::text FROM pg_publication_tables
  UNION ALL
  SELECT 'sequence', '', sequencename::text, concat_ws(' ', data_type, start_value, min_value, max_value, increment_by, cycle) FROM pg_sequences
  ORDER BY 1, 2, 3, 4`;

/** Two databases with the same tables: one that backups are made of, one that they are restored into. */
export class DatabasePair {
  private constructor(
    readonly original: TestDatabase,
    readonly copy: TestDatabase,
  ) {}

  static async make(server: Pick<TestServer, 'url'>): Promise<DatabasePair> {
    return new DatabasePair(await createTestDatabase(server), await createTestDatabase(server));
  }

  /** Makes the same tables in both, then fills the original. */
  async prepare(tables: string, rows: string): Promise<void> {
    await execute(this.original.url, tables);
    await execute(this.copy.url, tables);
    await execute(this.original.url, rows);
  }

  /** Makes both as new, which takes much less time than another pair. */
  async clear(): Promise<void> {
    await Promise.all([this.original.clear(), this.copy.clear()]);
  }

  /** @returns one line for each table whose rows differ */
  differences(): Promise<string[]> {
    return sameContent(this.original.url, this.copy.url);
  }

  async drop(): Promise<void> {
    await this.original.drop();
    await this.copy.drop();
  }
}

/** Describes everything in a database but its rows. */
export async function shapeOf(url: string): Promise<string[]> {
  const rows = await query(url, SHAPE);
  return rows.map(row => Object.values(row).join(' | '));
}
