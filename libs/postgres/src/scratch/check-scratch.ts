import type pg from 'pg';
import {
  BackupError,
  relationLabel,
  throwIfCancelled,
  type Relation,
  type ScratchChecks,
  type TrialWrite,
} from '@satchel/domain';
import { fromPostgresError, sqlState } from '../connection/index.js';
import { quoteColumns, quoteIdentifier, quoteQualified } from '../quote-identifier.js';

const IS_USER_TABLE = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

const RULES = `
  SELECT con.conrelid::regclass::text AS "table", quote_ident(con.conname) AS name, pg_get_constraintdef(con.oid) AS definition
  FROM pg_constraint AS con JOIN pg_namespace AS n ON n.oid = con.connamespace
  WHERE con.contype IN ('c', 'f') AND con.conrelid <> 0 AND con.conparentid = 0 AND con.coninhcount = 0 AND con.convalidated
    AND ${IS_USER_TABLE}
  ORDER BY con.conrelid, con.conname`;

const INDEXED = `
  SELECT c.oid::regclass::text AS "table", (SELECT count(*)::int FROM pg_index AS i WHERE i.indrelid = c.oid) AS indexes
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relhasindex AND ${IS_USER_TABLE} ORDER BY c.oid`;

/**
 * Holds all rows against all rules once more: each check and foreign key is dropped and added again, each index built again.
 * A rule that is there already would not be looked at by `VALIDATE CONSTRAINT`. All of it is rolled back.
 *
 * @throws BackupError `restore_failed` naming table and constraint
 */
export async function validateConstraints(
  client: pg.ClientBase,
  signal?: AbortSignal,
): Promise<ScratchChecks> {
  let indexes = 0;
  await client.query('BEGIN');
  try {
    const { rows: rules } = await client.query<{ table: string; name: string; definition: string }>(RULES);
    for (const { table, name, definition } of rules) {
      throwIfCancelled(signal);
      await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
      await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
    }
    const { rows: tables } = await client.query<{ table: string; indexes: number }>(INDEXED);
    for (const indexed of tables) {
      throwIfCancelled(signal);
      await client.query(`REINDEX TABLE ${indexed.table}`);
      indexes += indexed.indexes;
    }
    return { constraints: rules.length, indexes };
  } catch (error) {
    throw fromPostgresError(error, { signal });
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

interface TableRow {
  /** The columns that a new row must be given, i.e. all but the key. */
  readonly others: readonly string[];
  readonly writable: string | null;
  /** The key's constraint, where its one column gets its value by itself; null for any other key. */
  readonly selfMade: string | null;
}

const TABLE = `
  SELECT key.name AS "selfMade",
    coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM columns AS a
      WHERE a.attgenerated = '' AND a.attnum IS DISTINCT FROM key.attnum), '{}') AS others,
    (SELECT a.attname::text FROM columns AS a WHERE a.attgenerated = '' AND a.attidentity <> 'a' ORDER BY a.attnum LIMIT 1) AS writable
  FROM (SELECT $1::regclass AS oid) AS t
  LEFT JOIN LATERAL (
    SELECT con.conname::text AS name, a.attnum
    FROM pg_constraint AS con
    JOIN pg_attribute AS a ON a.attrelid = con.conrelid AND con.conkey = ARRAY[a.attnum]
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE con.conrelid = t.oid AND con.contype = 'p'
      AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%')
  ) AS key ON true`.replaceAll(
  'columns AS a',
  '(SELECT * FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped) AS a',
);

/** Writes one row to each table and takes it back; see `ScratchDatabase.writeRows`. */
export async function writeTrialRows(
  client: pg.ClientBase,
  relations: readonly Relation[],
  signal?: AbortSignal,
): Promise<TrialWrite[]> {
  const written: TrialWrite[] = [];
  await client.query('BEGIN');
  try {
    for (const relation of relations) {
      throwIfCancelled(signal);
      written.push(await writeTrialRow(client, relation));
    }
    return written;
  } catch (error) {
    throw fromPostgresError(error, { signal });
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

async function writeTrialRow(client: pg.ClientBase, relation: Relation): Promise<TrialWrite> {
  const table = quoteQualified(relation);
  const { rows } = await client.query<TableRow>(TABLE, [table]);
  const { selfMade, others, writable } = rows[0] ?? { selfMade: null, others: [], writable: null };
  if (selfMade !== null && others.length > 0) {
    const list = quoteColumns(others);
    await client.query('SAVEPOINT trial');
    try {
      const { rowCount } = await client.query(
        `INSERT INTO ${table} (${list}) OVERRIDING USER VALUE SELECT ${list} FROM ${table} LIMIT 1`,
      );
      return rowCount === 1 ? 'added' : 'empty table';
    } catch (error) {
      if (sqlState(error) === null) throw error;
      if (sqlState(error) === '23505' && Reflect.get(Object(error), 'constraint') === selfMade) {
        throw behindItsKeys(relation, error);
      }
      // A copy of a row may break another rule, e.g. that no two have the same number.
      await client.query('ROLLBACK TO SAVEPOINT trial');
    }
  }
  if (writable === null) return 'empty table';
  const column = quoteIdentifier(writable);
  const { rowCount } = await client.query(
    `UPDATE ${table} SET ${column} = ${column}
     WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM ${table} LIMIT 1)`,
  );
  return rowCount === 1 ? 'changed' : 'empty table';
}

function behindItsKeys(relation: Relation, cause: unknown): BackupError {
  const table = relationLabel(relation);
  return new BackupError(
    'restore_failed',
    `After the restore no row could be added to ${table}: the sequence of its key stands before its largest key.`,
    { table },
    { cause },
  );
}
