import { Button } from '@mantine/core';
import type { DrilledTable, DrillReport, Job } from '@satchel/api-client';
import { Printer } from 'lucide-react';
import { Link } from 'react-router';
import { paths } from '../../../lib/paths.js';
import { useText } from '../../../texts/use-text.js';
import type { Translate } from '../../../texts/use-text.js';
import { DataTable } from '../../../ui/data-table.js';
import { Facts } from '../../../ui/facts.js';
import { Panel } from '../../../ui/panel.js';
import { typeTitle } from '../../jobs/job-words.js';
import { tableColumn, tableKey } from '../../jobs/table-column.js';
import { drillReportAddress } from '../api/drills.js';
import classes from '../drills.module.css';
import { isDrillReport } from '../is-drill-report.js';

/** What a drill has proven: how long it took, what was looked at, and each table with its rows. */
export function DrillReportView({ job }: { job: Job }) {
  const { report } = job;
  if (!isDrillReport(report)) return null;
  return (
    <>
      <Proof jobId={job.job_id} report={report} />
      <Tables tables={report.tables} />
    </>
  );
}

function Proof({ jobId, report }: { jobId: string; report: DrillReport }) {
  const { t, format } = useText();
  return (
    <Panel
      title={t('drills.report')}
      hint={
        <Button
          component="a"
          href={drillReportAddress(jobId)}
          target="_blank"
          rel="noreferrer"
          size="xs"
          variant="default"
          leftSection={<Printer size={14} aria-hidden />}
        >
          {t('drills.print')}
        </Button>
      }
    >
      <div className={classes['proof']}>
        <Facts
          items={[
            [
              t('drills.backup'),
              <Link key="backup" to={paths.job(report.backup_id)}>
                {report.backup_name ?? typeTitle(t, report.backup_type)},{' '}
                {format.dateTime(report.backup_created_at)}
              </Link>,
            ],
            [t('drills.restored'), format.duration(report.restore_seconds * 1_000)],
            [t('drills.total'), format.duration(report.total_seconds * 1_000)],
            [t('field.rows'), format.number(report.rows)],
            [t('drills.constraints'), format.number(report.constraints)],
            [t('drills.indexes'), format.number(report.indexes)],
            [
              t('drills.definition'),
              t(report.definition_from === 'backup' ? 'drills.fromBackup' : 'drills.fromLive'),
            ],
          ]}
        />
        <Sentences title={t('drills.proven')} sentences={report.proven} />
        <Sentences title={t('drills.differences')} sentences={report.differences} />
        <Sentences title={t('restore.warnings')} sentences={report.warnings} />
      </div>
    </Panel>
  );
}

function Sentences({ title, sentences }: { title: string; sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <div>
      <h3 className={classes['heading']}>{title}</h3>
      <ul className={classes['sentences']}>
        {sentences.map(sentence => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

function Tables({ tables }: { tables: readonly DrilledTable[] }) {
  const { t, format } = useText();
  return (
    <Panel title={t('job.tables')} hint={t('job.tablesHint', { count: tables.length })} flush>
      <DataTable
        caption={t('job.tables')}
        rows={[...tables].sort((a, b) => b.rows - a.rows)}
        rowKey={tableKey}
        columns={[
          tableColumn(t),
          { key: 'rows', title: t('field.rows'), end: true, cell: ({ rows }) => format.number(rows) },
          {
            key: 'compared',
            title: t('drills.compared'),
            cell: ({ compared }) => t(compared ? 'drills.everyRow' : 'drills.counted'),
          },
          { key: 'written', title: t('drills.written'), cell: ({ written }) => writtenText(t, written) },
        ]}
      />
    </Panel>
  );
}

function writtenText(t: Translate, written: DrilledTable['written']): string {
  switch (written) {
    case 'added':
      return t('drills.added');
    case 'changed':
      return t('drills.changed');
    case 'empty table':
      return t('drills.emptyTable');
  }
}
