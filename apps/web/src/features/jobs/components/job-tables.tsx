import { tableTitle } from '../../../lib/table-words.js';
import { useText } from '../../../texts/use-text.js';
import { DataTable } from '../../../ui/data-table.js';
import { Panel } from '../../../ui/panel.js';

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly role: string;
  readonly rows: number;
}

/** The tables that a backup holds, as its report says. */
export function JobTables({ report }: { report: unknown }) {
  const { t, format } = useText();
  const tables = tablesOf(report)
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows);
  if (tables.length === 0) return null;
  return (
    <Panel title={t('job.tables')} hint={t('job.tablesHint', { count: tables.length })} flush>
      <DataTable
        caption={t('job.tables')}
        rows={tables}
        rowKey={({ schema, name, role }) => `${schema}.${name}.${role}`}
        columns={[
          {
            key: 'table',
            title: t('field.table'),
            card: 'lead',
            cell: ({ schema, name, role }) => (
              <span>
                <strong>{tableTitle(t, name)}</strong>{' '}
                <small style={{ color: 'var(--muted)' }}>
                  {schema === '' ? name : `${schema}.${name}`}
                  {role === 'context' && ` · ${t('plan.context')}`}
                </small>
              </span>
            ),
          },
          { key: 'rows', title: t('field.rows'), end: true, cell: ({ rows }) => format.number(rows) },
        ]}
      />
    </Panel>
  );
}

function tablesOf(report: unknown): readonly Row[] {
  if (typeof report !== 'object' || report === null || !('tables' in report)) return [];
  if (!Array.isArray(report.tables)) return [];
  return (report.tables as readonly Partial<Row>[]).map(
    ({ schema = '', name = '', role = '', rows = 0 }) => ({
      schema,
      name,
      role,
      rows,
    }),
  );
}
