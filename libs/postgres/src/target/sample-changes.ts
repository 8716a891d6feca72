import type { ClientBase } from 'pg';
import type { RowChange } from '@satchel/domain';
import { quoteIdentifier } from '../quote-identifier.js';
import { KIND, type DifferenceKind, type TableRestore } from './table-restore.js';

/** Every value as PostgreSQL prints it. */
const AS_TEXT = { getTypeParser: () => (value: string | Buffer) => value };

/** Bytes of one value that are shown; what is longer ends in an ellipsis. */
const SHOWN_CHARACTERS = 500;

type Values = Record<string, string | null>;

/** Reads some of the rows that a restore would change, at most `limit` of each action. */
export async function sampleChanges(
  client: ClientBase,
  table: TableRestore,
  limit: number,
): Promise<RowChange[]> {
  const changes: RowChange[] = [];
  for (const kind of ['c', 'u', 'd'] satisfies DifferenceKind[]) {
    const names = table.columns.map(column => column.name);
    const list = (alias: string): string => names.map(name => `${alias}.${quoteIdentifier(name)}`).join(', ');
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT ${list('d')}, ${list('l')}
               FROM ${differingRows(table)} d LEFT JOIN ${table.comparedWith} l ON ${table.sameKey('l', 'd')}
              WHERE d.${KIND} = '${kind}' ORDER BY ${(table.key ?? []).map(name => `d.${quoteIdentifier(name)}`).join(', ')} LIMIT ${limit}`,
      rowMode: 'array',
      types: AS_TEXT,
    });
    for (const row of rows) {
      const stored = toValues(names, row.slice(0, names.length));
      const live = toValues(names, row.slice(names.length));
      changes.push(toChange(kind, table, stored, live));
    }
  }
  return changes;
}

/** The differences with their rows; of a table that was written early they stand in the stage alone. */
function differingRows(table: TableRestore): string {
  if (table.early === null) return table.differences;
  return `(SELECT k.${KIND}, ${table.columnList('s')} FROM ${table.differences} k JOIN ${table.stage} s ON ${table.sameKey('s', 'k')})`;
}

function toChange(kind: DifferenceKind, table: TableRestore, stored: Values, live: Values): RowChange {
  const source = kind === 'd' ? live : stored;
  const key = Object.fromEntries((table.key ?? []).map(name => [name, source[name] ?? null]));
  if (kind === 'c') return { action: 'create', key, before: null, after: stored };
  if (kind === 'd') return { action: 'delete', key, before: live, after: null };
  const differing = Object.keys(stored).filter(name => stored[name] !== live[name]);
  return {
    action: table.updates ? 'update' : 'skip',
    key,
    before: Object.fromEntries(differing.map(name => [name, live[name] ?? null])),
    after: Object.fromEntries(differing.map(name => [name, stored[name] ?? null])),
  };
}

function toValues(names: readonly string[], row: readonly (string | null)[]): Values {
  return Object.fromEntries(names.map((name, at) => [name, shorten(row[at] ?? null)]));
}

function shorten(value: string | null): string | null {
  return value !== null && value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
}
