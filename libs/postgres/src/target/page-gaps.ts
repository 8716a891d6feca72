import type { ClientBase } from 'pg';
import { quoteQualified } from '../quote-identifier.js';
import type { TableRestore } from './table-restore.js';
import type { Suspension } from './triggers.js';

/**
 * Percent of a page that rows may fill while a restore writes them. The server then puts a row where a fifth of a page is free, or on a new
 * page. Else it fills the gap of every row that was ever deleted: each a page of its own, to be read, and to be logged whole.
 * A table that is restored into again and again does not grow for ever, since its pages come to have such room.
 */
const FILLED_PERCENT = 80;

const SQL = /* sql */ `
  SELECT (SELECT option_value::int FROM pg_catalog.pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor') AS own
    FROM pg_catalog.pg_class c WHERE c.oid = $1`;

/** What keeps rows from filling the gaps of a table; none where its pages are to have more room anyway. */
export async function readPageGaps(client: ClientBase, table: TableRestore): Promise<Suspension[]> {
  const { rows } = await client.query<{ own: number | null }>(SQL, [table.live.oid]);
  const own = rows[0]?.own ?? null;
  if (own !== null && own <= FILLED_PERCENT) return [];
  const alter = `ALTER TABLE ONLY ${quoteQualified(table.live)}`;
  return [
    {
      suspend: `${alter} SET (fillfactor = ${FILLED_PERCENT})`,
      resume: [own === null ? `${alter} RESET (fillfactor)` : `${alter} SET (fillfactor = ${own})`],
    },
  ];
}
