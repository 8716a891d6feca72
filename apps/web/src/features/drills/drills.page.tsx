import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { LifeBuoy, Printer } from 'lucide-react';
import { Link } from 'react-router';
import type { Drill } from '@satchel/api-client';
import { paths } from '../../lib/paths.js';
import { Allowed } from '../../lib/permission.js';
import { usePaging } from '../../lib/use-paging.js';
import { useText } from '../../texts/use-text.js';
import type { TextTools } from '../../texts/use-text.js';
import { DataTable } from '../../ui/data-table.js';
import type { Column } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Loaded } from '../../ui/loaded.js';
import { PageHeader } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { Panel } from '../../ui/panel.js';
import { Pill } from '../../ui/pill.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { StatePill } from '../jobs/components/state-pill.js';
import { typeTitle } from '../jobs/job-words.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { drillReportAddress, useDrills } from './api/drills.js';
import { RunDrillDialog } from './components/run-drill-dialog.js';
import classes from './drills.module.css';

/** Restore drills: proof that backups can be restored, and how long that takes. */
export function DrillsPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.view_backupjob" title={t('nav.drills')}>
      <Drills />
    </NeedsPermission>
  );
}

function Drills() {
  const tools = useText();
  const { t } = tools;
  const paging = usePaging();
  const drills = useDrills(paging.page, paging.pageSize);
  const [asking, ask] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title={t('nav.drills')}
        lead={t('drills.lead')}
        actions={
          <Allowed permission="backup.add_backupjob">
            <Button variant="gradient" leftSection={<LifeBuoy size={18} aria-hidden />} onClick={ask.open}>
              {t('drills.run')}
            </Button>
          </Allowed>
        }
      />
      <Panel flush>
        <Loaded query={drills}>
          {({ items, total, pages, page_size }) => (
            <>
              {items.length === 0 ? (
                <EmptyState icon={LifeBuoy} title={t('drills.none')}>
                  {t('drills.noneText')}
                </EmptyState>
              ) : (
                <DataTable
                  caption={t('nav.drills')}
                  columns={columns(tools)}
                  rows={items}
                  rowKey={({ job }) => job.job_id}
                />
              )}
              {total > page_size && <Pager {...paging} pages={pages} total={total} />}
            </>
          )}
        </Loaded>
      </Panel>
      <RunDrillDialog opened={asking} onClose={ask.close} />
    </>
  );
}

function columns({ t, format }: TextTools): readonly Column<Drill>[] {
  const typeOf = ({ job }: Drill) => (job.backup_type === null ? '–' : typeTitle(t, job.backup_type));
  return [
    {
      key: 'type',
      title: t('field.type'),
      card: 'lead',
      cell: drill => (
        <span className={classes['what']}>
          <Link to={paths.job(drill.job.job_id)}>{typeOf(drill)}</Link>
          <small>{drill.job.requested_by ?? t('log.system')}</small>
        </span>
      ),
    },
    {
      key: 'backup',
      title: t('drills.backup'),
      cell: drill => <DrilledBackup drill={drill} />,
    },
    {
      key: 'when',
      title: t('field.when'),
      cell: ({ job }) => (
        <span className={classes['nowrap']}>
          <TimeAgo at={job.finished_at ?? job.created_at} />
        </span>
      ),
    },
    {
      key: 'result',
      title: t('drills.result'),
      cell: ({ job }) => <Result state={job.state} />,
    },
    {
      key: 'seconds',
      title: t('drills.restored'),
      end: true,
      blank: ({ report }) => report === null,
      cell: ({ report }) => (
        <span className={classes['nowrap']}>
          {report === null ? '–' : format.duration(report.restore_seconds * 1_000)}
        </span>
      ),
    },
    {
      key: 'report',
      title: t('drills.print'),
      titleHidden: true,
      end: true,
      card: 'wide',
      blank: ({ report }) => report === null,
      cell: ({ job, report }) =>
        report !== null && (
          <a
            href={drillReportAddress(job.job_id)}
            target="_blank"
            rel="noreferrer"
            className={classes['print']}
            aria-label={t('drills.printOne', {
              name: `${report.backup_name ?? typeTitle(t, report.backup_type)}, ${format.dateTime(report.started_at)}`,
            })}
          >
            <Printer size={16} aria-hidden /> {t('drills.print')}
          </a>
        ),
    },
  ];
}

function DrilledBackup({ drill: { job, report } }: { drill: Drill }) {
  const { t, format } = useText();
  if (report !== null) {
    return (
      <span className={classes['what']}>
        <Link to={paths.job(report.backup_id)}>
          {report.backup_name ?? format.dateTime(report.backup_created_at)}
        </Link>
        {report.backup_name !== null && <small>{format.dateTime(report.backup_created_at)}</small>}
      </span>
    );
  }
  if (job.backup_id !== null) {
    return (
      <span className={classes['what']}>
        <Link to={paths.job(job.backup_id)}>{job.backup_name ?? job.file ?? t('restore.storedBackup')}</Link>
      </span>
    );
  }
  return t('drills.newestOf', { type: job.backup_type === null ? '–' : typeTitle(t, job.backup_type) });
}

function Result({ state }: { state: Drill['job']['state'] }) {
  const { t } = useText();
  if (state !== 'success' && state !== 'failed') return <StatePill state={state} />;
  const passed = state === 'success';
  return (
    <Pill tone={passed ? 'ok' : 'bad'} icon={passed ? 'check' : 'alert'}>
      {t(passed ? 'drills.passed' : 'drills.failed')}
    </Pill>
  );
}
