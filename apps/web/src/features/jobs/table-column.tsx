import type { TableRows } from '@satchel/api-client';
import { tableTitle } from '../../lib/table-words.js';
import type { Translate } from '../../texts/use-text.js';
import type { Column } from '../../ui/data-table.js';

/** A table of the database, as plans and reports name one. */
type NamedTable = Pick<TableRows, 'schema' | 'name' | 'role'>;

/** One table may be named in two roles: with its rows, and for what others refer to. */
export function tableKey({ schema, name, role }: NamedTable): string {
  return `${schema}.${name}.${role}`;
}

/** The column that says which table a row is about: in the office's words, then as the database has it. */
export function tableColumn(t: Translate): Column<NamedTable> {
  return {
    key: 'table',
    title: t('field.table'),
    card: 'lead',
    cell: ({ schema, name, role }) => (
      <span>
        <strong>{tableTitle(t, name)}</strong>{' '}
        <small style={{ color: 'var(--muted)', overflowWrap: 'anywhere' }}>
          {schema === '' ? name : `${schema}.${name}`}
          {role === 'context' && ` · ${t('plan.context')}`}
        </small>
      </span>
    ),
  };
}
