import { Button, Skeleton } from '@mantine/core';
import { ArchiveRestore, DatabaseBackup } from 'lucide-react';
import { Link } from 'react-router';
import { Allowed, useCan } from '../../lib/permission.js';
import { paths } from '../../lib/paths.js';
import { useText } from '../../texts/use-text.js';
import { ErrorState } from '../../ui/error-state.js';
import { Notice } from '../../ui/notice.js';
import { PageHeader } from '../../ui/page.js';
import { Panel } from '../../ui/panel.js';
import { useActiveJobs } from '../jobs/api/get-active-jobs.js';
import { JobProgress } from '../jobs/components/job-progress.js';
import { useSystemStatus } from '../system/api/get-system-status.js';
import { DayStrip } from './components/day-strip.js';
import { NewestBackups } from './components/newest-backups.js';
import { Promises } from './components/promises.js';
import { SafetyAnswer } from './components/safety-answer.js';
import { StorageChart } from './components/storage-chart.js';
import classes from './home.module.css';

/** Are we safe? And the two things that one comes here to do. */
export function HomePage() {
  const { t } = useText();
  const can = useCan();
  return (
    <>
      <PageHeader title={t('home.title')} tab={t('nav.home')} lead={t('home.lead')} actions={<Actions />} />
      {can('backup.view_backupjob') ? <Overview /> : <Notice tone="info">{t('home.noView')}</Notice>}
    </>
  );
}

function Actions() {
  const { t } = useText();
  return (
    <>
      <Allowed permission="backup.add_backupjob">
        <Button
          component={Link}
          to={paths.create}
          variant="gradient"
          size="md"
          leftSection={<DatabaseBackup size={20} aria-hidden />}
        >
          {t('nav.create')}
        </Button>
      </Allowed>
      <Allowed permission="backup.add_restorejob">
        <Button
          component={Link}
          to={paths.restore}
          variant="default"
          size="md"
          leftSection={<ArchiveRestore size={20} aria-hidden />}
        >
          {t('nav.restore')}
        </Button>
      </Allowed>
    </>
  );
}

function Overview() {
  const { t } = useText();
  const { data: status, error, refetch } = useSystemStatus();
  if (status === undefined) {
    return error ? (
      <Panel>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Panel>
    ) : (
      <HomeSkeleton />
    );
  }
  return (
    <div className={classes['grid']}>
      <SafetyAnswer status={status} stale={error !== null} />
      <RunningJobs />
      <NewestBackups newest={status.newest_backups} />
      <Promises promises={status.promises} />
      <div className={classes['pair']}>
        <Panel title={t('home.days')} hint={t('home.daysHint')}>
          <DayStrip days={status.days} />
        </Panel>
        <Panel title={t('home.storage')}>
          <StorageChart status={status} />
        </Panel>
      </div>
    </div>
  );
}

function RunningJobs() {
  const { t } = useText();
  const { data: active } = useActiveJobs();
  if (active === undefined || active.length === 0) return null;
  return (
    <Panel title={t('home.running')}>
      <div className={classes['jobs']}>
        {active.map(job => (
          <JobProgress key={job.job_id} job={job} compact />
        ))}
      </div>
    </Panel>
  );
}

function HomeSkeleton() {
  const { t } = useText();
  return (
    <div className={classes['grid']} role="status" aria-label={t('state.loading')}>
      <Skeleton height={172} radius="lg" />
      <Skeleton height={246} radius="lg" />
      <div className={classes['pair']}>
        <Skeleton height={260} radius="lg" />
        <Skeleton height={260} radius="lg" />
      </div>
    </div>
  );
}
