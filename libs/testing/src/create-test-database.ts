import { randomBytes } from 'node:crypto';
import { databaseUrl } from '@satchel/demo-school';
import pg from 'pg';
import type { TestServer } from './test-servers.js';
import { templateDatabase, type TemplateName } from './template-database.js';

/** A database of one test or one test file. */
export interface TestDatabase {
  readonly name: string;
  /** Superuser's URL. */
  readonly url: string;
  /** Makes a role that is no superuser the owner of the database and of all that is in it. @returns its URL */
  giveToPlainRole(): Promise<string>;
  /** Makes the database as new: no large objects, no schema but an empty `public`. Much faster than another database. */
  clear(): Promise<void>;
  /**
   * Makes another with all that is in this one, and with the same plain role. Nobody may be connected to this one, and the
   * copies have to be dropped first.
   */
  copy(): Promise<TestDatabase>;
  /** Removes the database and its role, and ends whoever is connected to it. */
  drop(): Promise<void>;
}

/**
 * Makes a database of its own for a test: an empty one, or a copy of a template.
 *
 * @param options.template `school` is the demo school, migrated and filled with `TEMPLATE_STUDENTS` students
 */
export async function createTestDatabase(
  server: Pick<TestServer, 'url'>,
  { template = 'empty' }: { template?: TemplateName } = {},
): Promise<TestDatabase> {
  return copyDatabase(server, await templateDatabase(server.url, template), null);
}

/** @param owner a role that owns the source too, and that somebody else removes; null for the superuser */
async function copyDatabase(
  server: Pick<TestServer, 'url'>,
  source: string,
  owner: string | null,
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Copying the files takes half the work of writing every page to the log as well, and no log of a test server is replayed.
  await execute(
    server.url,
    `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(source)} STRATEGY FILE_COPY
     ${owner === null ? '' : `OWNER ${pg.escapeIdentifier(owner)}`}`,
  );
  const url = databaseUrl(server.url, name);
  let role = owner;
  return {
    name,
    url,
    giveToPlainRole: async () => {
      if (role === null) {
        role = `${name}_owner`;
        await createOwner(url, name, role);
      }
      const roleUrl = new URL(url);
      roleUrl.username = role;
      roleUrl.password = role;
      return roleUrl.href;
    },
    clear: () => execute(url, CLEAR),
    copy: () => copyDatabase(server, name, role),
    drop: async () => {
      await execute(server.url, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
      if (role !== null && role !== owner) {
        await execute(server.url, `DROP ROLE IF EXISTS ${pg.escapeIdentifier(role)}`);
      }
    },
  };
}

/** Runs statements on a connection of their own, in autocommit; several are separated by semicolons. */
export async function execute(url: string, sql: string): Promise<void> {
  await query(url, sql);
}

/** Runs one query on a connection of its own. @returns its rows */
export async function query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // The simple protocol, and with it several statements, only without values.
    const result =
      values.length === 0 ? await client.query<Row>(sql) : await client.query<Row>(sql, [...values]);
    return result.rows;
  } finally {
    await client.end();
  }
}

const CLEAR = `
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
  PERFORM lo_unlink(oid) FROM pg_largeobject_metadata;
  CREATE SCHEMA public AUTHORIZATION pg_database_owner;
  GRANT USAGE ON SCHEMA public TO PUBLIC;
END $$`;

/** `ALTER … OWNER TO` for every schema, table-like object, routine and type that no extension owns. */
const OWNED_OBJECTS = `
WITH schemas AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
)
SELECT format('ALTER SCHEMA %I OWNER TO ', nspname) AS statement, 0 AS step FROM schemas
UNION ALL
SELECT format(
         CASE c.relkind WHEN 'v' THEN 'ALTER VIEW %I.%I OWNER TO ' WHEN 'm' THEN 'ALTER MATERIALIZED VIEW %I.%I OWNER TO '
           WHEN 'S' THEN 'ALTER SEQUENCE %I.%I OWNER TO ' WHEN 'f' THEN 'ALTER FOREIGN TABLE %I.%I OWNER TO '
           ELSE 'ALTER TABLE %I.%I OWNER TO ' END, s.nspname, c.relname), 1
FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                    AND (d.deptype = 'e' OR c.relkind = 'S' AND d.deptype IN ('a', 'i')))
UNION ALL
SELECT format('ALTER ROUTINE %s OWNER TO ', p.oid::regprocedure), 1
FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT format('ALTER TYPE %I.%I OWNER TO ', s.nspname, t.typname), 1
FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd') OR t.typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c'
ORDER BY step`;

async function createOwner(url: string, database: string, role: string): Promise<void> {
  const owner = pg.escapeIdentifier(role);
  await execute(url, `CREATE ROLE ${owner} LOGIN PASSWORD ${pg.escapeLiteral(role)}`);
  const statements = await query<{ statement: string }>(url, OWNED_OBJECTS);
  const all = [
    `ALTER DATABASE ${pg.escapeIdentifier(database)} OWNER TO `,
    ...statements.map(row => row.statement),
  ];
  await execute(url, all.map(statement => `${statement}${owner}`).join(';\n'));
}
