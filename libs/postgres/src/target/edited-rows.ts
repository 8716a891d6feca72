import type { ClientBase } from 'pg';
import { BackupError } from '@satchel/domain';
import { quoteIdentifier } from '../quote-identifier.js';
import { KIND, type TableRestore } from './table-restore.js';

const NAMED_ROWS = 10;

/** `xmin` shows the low half of a transaction id. */
const XMIN_BITS = 0xffff_ffffn;

/**
 * Refuses to undo a restore over rows that someone has written since: those that would change back and whose last
 * writer (`xmin`) is not the restore itself.
 *
 * @param transactionId the restore's, `xid8` as text
 * @throws BackupError `conflict` naming the rows
 */
export async function refuseEditedRows(
  client: ClientBase,
  table: TableRestore,
  transactionId: string,
): Promise<void> {
  if (table.changes === 0) return;
  const writer = String(BigInt(transactionId) & XMIN_BITS);
  if (!table.compared) {
    const { rows } = await client.query<{ edited: boolean }>(
      `SELECT EXISTS (SELECT FROM ${table.from} l WHERE l.xmin::text <> $1) AS edited`,
      [writer],
    );
    if (rows[0]?.edited === true) throw conflict(table, []);
    return;
  }
  const key = (table.key ?? []).map(name => `l.${quoteIdentifier(name)}::text AS ${quoteIdentifier(name)}`);
  const { rows } = await client.query<Record<string, string | null>>(
    `SELECT ${key.join(', ')} FROM ${table.differences} d JOIN ${table.from} l ON ${table.sameKey('l', 'd')}
      WHERE d.${KIND} IN ('u', 'd') AND l.xmin::text <> $1 LIMIT ${NAMED_ROWS + 1}`,
    [writer],
  );
  if (rows.length === 0) return;
  throw conflict(
    table,
    rows.map(row => (table.key ?? []).map(name => `${name} = ${row[name] ?? 'null'}`).join(', ')),
  );
}

function conflict(table: TableRestore, keys: readonly string[]): BackupError {
  const shown = keys.slice(0, NAMED_ROWS).join('; ');
  const which = keys.length === 0 ? '' : ` (${shown}${keys.length > NAMED_ROWS ? '; and more' : ''})`;
  return new BackupError(
    'conflict',
    `Rows of ${table.label}${which} have been edited since the restore, and undoing it would lose those edits. ` +
      'Nothing was changed. Say --overwrite-edited to put them back all the same.',
    { table: table.label, keys: keys.slice(0, NAMED_ROWS) },
  );
}
