import type pg from 'pg';
import { BackupError, relationLabel } from '@satchel/domain';
import { quoteIdentifier, quoteQualified } from '../quote-identifier.js';
import { LIST_UNREADABLE } from './sql/list-unreadable.sql.js';

interface UnreadableRow {
  readonly schema: string;
  readonly name: string;
  readonly hasUsage: boolean;
  readonly hasSelect: boolean;
  readonly hidesRows: boolean;
  /** Quoted. */
  readonly role: string;
}

/**
 * Makes sure that the role sees every row of the given tables.
 *
 * @throws BackupError `permission_error` that names all tables it does not, and what to run so that it does
 */
export async function requireReadable(client: pg.ClientBase, oids: readonly number[]): Promise<void> {
  const { rows } = await client.query<UnreadableRow>(LIST_UNREADABLE, [oids]);
  const [first] = rows;
  if (first === undefined) return;
  const forbidden = rows.filter(row => !row.hasUsage || !row.hasSelect);
  const hidden = rows.filter(row => row.hasUsage && row.hasSelect && row.hidesRows);
  const messages: string[] = [];
  const remedies: string[] = [];
  if (forbidden.length > 0) {
    messages.push(`The role ${first.role} may not read ${listOf(forbidden)}.`);
    const schemas = new Set(forbidden.filter(row => !row.hasUsage).map(row => quoteIdentifier(row.schema)));
    if (schemas.size > 0) remedies.push(`GRANT USAGE ON SCHEMA ${[...schemas].join(', ')} TO ${first.role};`);
    const tables = forbidden.filter(row => !row.hasSelect).map(quoteQualified);
    if (tables.length > 0) remedies.push(`GRANT SELECT ON ${tables.join(', ')} TO ${first.role};`);
  }
  if (hidden.length > 0) {
    messages.push(`Row security may hide rows of ${listOf(hidden)} from the role ${first.role}.`);
    remedies.push(`ALTER ROLE ${first.role} BYPASSRLS;`);
  }
  throw new BackupError(
    'permission_error',
    `${messages.join(' ')} A backup without them would not be whole. Connect as a role that sees all rows, or run as a superuser: ${remedies.join(' ')}`,
    { tables: rows.map(relationLabel), remedies },
  );
}

function listOf(rows: readonly UnreadableRow[]): string {
  return rows.map(relationLabel).join(', ');
}
