import type { Job, TableRows } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import { DataTable } from '../../../ui/data-table.js';
import { Panel } from '../../../ui/panel.js';
import { tableColumn, tableKey } from '../table-column.js';

/** The tables that a backup holds, as its report says. */
export function JobTables({ report }: Pick<Job, 'report'>) {
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
        rowKey={tableKey}
        columns={[
          tableColumn(t),
          { key: 'rows', title: t('field.rows'), end: true, cell: ({ rows }) => format.number(rows) },
        ]}
      />
    </Panel>
  );
}

/** Those of a backup, or of its verification; what a restore did to tables is another view's. */
function tablesOf(report: Job['report']): readonly TableRows[] {
  return report !== null && 'tables' in report && 'rows' in report ? report.tables : [];
}
