import type { ClientBase } from 'pg';
import { BackupError } from '@satchel/domain';
import { quoteIdentifier, quoteLiteral } from '../quote-identifier.js';
import { KIND, type TableRestore } from './table-restore.js';

/** Takes away the rows that the plan deletes. */
export async function deleteRows(client: ClientBase, table: TableRestore): Promise<void> {
  if ((table.counts?.deleted ?? 0) === 0) return;
  const { rowCount } = await client.query(
    `DELETE FROM ${table.from} l USING ${table.differences} d WHERE d.${KIND} = 'd' AND ${table.sameKey('l', 'd')}`,
  );
  expectRows(table, 'deleted', rowCount, table.counts?.deleted);
}

/**
 * Gives the rows that differ their stored values. Where rows of one table might pass a unique value from one to another, they
 * are all taken out before they are put back, since PostgreSQL checks such values row by row.
 */
export async function updateRows(client: ClientBase, table: TableRestore): Promise<void> {
  if ((table.counts?.updated ?? 0) === 0) return;
  if (await passesValuesAlong(client, table)) return await moveRows(client, table);
  // Such a column takes explicit values in an insert only; as part of the key it has its value already.
  const set = table.columns
    .filter(column => column.identity !== 'always')
    .map(column => `${quoteIdentifier(column.name)} = d.${quoteIdentifier(column.name)}`)
    .join(', ');
  const { rowCount } = await client.query(
    `UPDATE ${table.from} l SET ${set} FROM ${table.differences} d WHERE d.${KIND} = 'u' AND ${table.sameKey('l', 'd')}`,
  );
  expectRows(table, 'updated', rowCount, table.counts?.updated);
}

/** Adds the rows that are missing. */
export async function insertRows(client: ClientBase, table: TableRestore): Promise<void> {
  if ((table.counts?.created ?? 0) === 0) return;
  const { rowCount } = await client.query(
    `${insertInto(table)} SELECT ${values(table, 'd')} FROM ${table.differences} d WHERE d.${KIND} = 'c'`,
  );
  expectRows(table, 'created', rowCount, table.counts?.created);
}

/** Empties a table and stores all staged rows; its indexes and foreign keys must be out of the way. */
export async function exchangeRows(client: ClientBase, table: TableRestore): Promise<void> {
  await client.query(`TRUNCATE ${table.from}`);
  const { rowCount } = await client.query(
    `${insertInto(table)} SELECT ${values(table, 's')} FROM ${table.stage} s`,
  );
  expectRows(table, 'stored', rowCount, table.storedRows);
}

function insertInto(table: TableRestore): string {
  const names = [...table.columns, ...table.match.filled.map(filled => filled.column)].map(column =>
    quoteIdentifier(column.name),
  );
  if (names.length === 0) return `INSERT INTO ${table.target}`;
  return `INSERT INTO ${table.target} (${names.join(', ')}) OVERRIDING SYSTEM VALUE`;
}

function values(table: TableRestore, alias: string): string {
  const filled = table.match.filled.map(({ column, value }) => `${quoteLiteral(value)}::${column.type}`);
  const stored = table.match.columns.flatMap(({ live, mayNotFit }) => {
    if (live === null) return [];
    const name = `${alias}.${quoteIdentifier(live.name)}`;
    return [mayNotFit ? `${name}::${live.type}` : name];
  });
  return [...stored, ...filled].join(', ');
}

/** Whether an update might meet a unique value that another row of the same update has yet to give up. */
async function passesValuesAlong(client: ClientBase, table: TableRestore): Promise<boolean> {
  // It cannot be given a value by an update.
  if (table.columns.some(column => column.identity === 'always' && !table.key?.includes(column.name)))
    return true;
  const key = new Set(table.key);
  const stored = new Set(table.columns.map(column => column.name));
  const others = table.uniqueIndexes.filter(
    index => !index.deferrable && (index.columns === null || index.columns.some(column => !key.has(column))),
  );
  if (others.some(index => index.columns === null)) return true;
  const changing = [...new Set(others.flatMap(index => index.columns ?? []))].filter(column =>
    stored.has(column),
  );
  if (changing.length === 0) return false;
  const { rows } = await client.query<{ found: boolean }>(
    // Not EXISTS: for that the planner counts on the first row being near, and where there is none compares all with all.
    `SELECT coalesce(pg_catalog.bool_or(${table.differsIn(changing, 'd', 'l')}), false) AS found
       FROM ${table.differences} d JOIN ${table.comparedWith} l ON ${table.sameKey('l', 'd')} WHERE d.${KIND} = 'u'`,
  );
  return rows[0]?.found === true;
}

/** Updates by taking rows out and putting them back; columns that the file lacks keep what they have. */
async function moveRows(client: ClientBase, table: TableRestore): Promise<void> {
  const moved = table.differences.replace('differences', 'moved');
  const stored = new Set(table.columns.map(column => column.name));
  const kept = table.live.columns.filter(column => !column.generated && !stored.has(column.name));
  const names = [...table.columns, ...kept].map(column => quoteIdentifier(column.name));
  const picked = [
    ...table.columns.map(column => `d.${quoteIdentifier(column.name)}`),
    ...kept.map(column => `l.${quoteIdentifier(column.name)}`),
  ];
  await client.query(
    `CREATE TEMPORARY TABLE ${moved.replace('pg_temp.', '')} ON COMMIT DROP AS
       SELECT ${picked.join(', ')} FROM ${table.differences} d JOIN ${table.from} l ON ${table.sameKey('l', 'd')}
        WHERE d.${KIND} = 'u'`,
  );
  const taken = await client.query(
    `DELETE FROM ${table.from} l USING ${moved} d WHERE ${table.sameKey('l', 'd')}`,
  );
  const put = await client.query(
    `INSERT INTO ${table.target} (${names.join(', ')}) OVERRIDING SYSTEM VALUE SELECT ${names.join(', ')} FROM ${moved}`,
  );
  expectRows(table, 'updated', taken.rowCount, table.counts?.updated);
  expectRows(table, 'updated', put.rowCount, table.counts?.updated);
}

/** Something the plan did not foresee (a rule, a trigger, a policy) would show here. */
function expectRows(
  table: TableRestore,
  what: string,
  found: number | null,
  planned: number | undefined,
): void {
  if (found === planned) return;
  throw new BackupError(
    'restore_failed',
    `${table.label}: the plan was for ${planned ?? 0} rows to be ${what}, the database counted ${found ?? 0}. Nothing was changed.`,
    { table: table.label, planned, found },
  );
}
