import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ArchiveRestore, Download, Pin } from 'lucide-react';
import { Link, useParams } from 'react-router';
import { refusalText } from '../../lib/problem-text.js';
import type { Job } from '@satchel/api-client';
import { paths } from '../../lib/paths.js';
import { Allowed } from '../../lib/permission.js';
import { useText } from '../../texts/use-text.js';
import { CopyField } from '../../ui/copy-field.js';
import { ErrorState } from '../../ui/error-state.js';
import { Facts } from '../../ui/facts.js';
import { Notice } from '../../ui/notice.js';
import { PageHeader } from '../../ui/page.js';
import { Panel } from '../../ui/panel.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { downloadAddress } from '../backups/api/download-address.js';
import { VerifyButton } from '../backups/components/verify-button.js';
import { DrillReportView } from '../drills/components/drill-report-view.js';
import { isStoredBackup } from '../history/is-stored-backup.js';
import { usePin } from '../retention/api/pins.js';
import { PinDialog } from '../retention/components/pin-dialog.js';
import { PinNotice } from '../retention/components/pin-notice.js';
import { ErrorPlace } from '../restores/components/restore-error-notice.js';
import { RestoreReportView } from '../restores/components/restore-report-view.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { useJob } from './api/get-job.js';
import { BackupCopies } from './components/backup-copies.js';
import { JobLog } from './components/job-log.js';
import { JobProgress } from './components/job-progress.js';
import { JobTables } from './components/job-tables.js';
import { StatePill } from './components/state-pill.js';
import { hasEnded } from './has-ended.js';
import classes from './job.module.css';
import { jobSubject, kindTitle, typeTitle } from './job-words.js';

/** One job: what it was, how it went, what it did, and how to do the same at a shell. */
export function JobPage() {
  const { t } = useText();
  const { jobId = '' } = useParams();
  return (
    <NeedsPermission permission="backup.view_backupjob" title={t('job.title')}>
      <JobDetails jobId={jobId} />
    </NeedsPermission>
  );
}

function JobDetails({ jobId }: { jobId: string }) {
  const { t } = useText();
  const { data: job, error, failureCount, fetchStatus, refetch } = useJob(jobId);
  const back =
    job?.kind === 'drill'
      ? { to: paths.drills, label: t('nav.drills') }
      : { to: paths.history, label: t('nav.history') };
  if (job === undefined) {
    return (
      <>
        <PageHeader title={t('job.title')} back={back} />
        <Panel>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <RowSkeleton />}</Panel>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={jobSubject(t, job)}
        lead={
          <span className={classes['lead']}>
            {kindTitle(t, job.kind)} <StatePill state={job.state} />
          </span>
        }
        back={back}
        actions={<Actions job={job} />}
      />
      <div className={classes['page']}>
        {!hasEnded(job) && (
          <Panel>
            <JobProgress job={job} lost={failureCount > 0 || fetchStatus === 'paused'} />
          </Panel>
        )}
        {job.error && (
          <Notice
            tone={job.state === 'cancelled' ? 'idle' : 'bad'}
            title={t(job.state === 'cancelled' ? 'job.stopped' : 'job.failed')}
          >
            {refusalText(t, job.error.error_type, job.error.message)}
            <ErrorPlace details={job.error.details} />
          </Notice>
        )}
        {job.deleted_at !== null && (
          <Notice tone="idle" title={t('job.deleted')}>
            <TimeAgo at={job.deleted_at} />
          </Notice>
        )}
        {isStoredBackup(job) && <PinNotice backupId={job.backup_id ?? job.job_id} />}
        <Panel title={t('job.facts')}>
          <JobFacts job={job} />
        </Panel>
        {isStoredBackup(job) && <BackupCopies backupId={job.backup_id ?? job.job_id} />}
        {job.kind === 'restore' || job.kind === 'undo' ? (
          <RestoreReportView job={job} />
        ) : job.kind === 'drill' ? (
          <DrillReportView job={job} />
        ) : (
          <JobTables report={job.report} />
        )}
        <div className={classes['pair']}>
          <Panel title={t('job.log')}>
            <JobLog job={job} />
          </Panel>
          <Panel title={t('job.command')}>
            <p className={classes['hint']}>{t('job.commandHint')}</p>
            <CopyField label={t('job.command')} value={job.shell_command} />
          </Panel>
        </div>
      </div>
    </>
  );
}

function Actions({ job }: { job: Job }) {
  const { t } = useText();
  if (!isStoredBackup(job)) return null;
  const backupId = job.backup_id ?? job.job_id;
  return (
    <>
      <Button
        component="a"
        href={downloadAddress(backupId)}
        download
        variant="default"
        leftSection={<Download size={18} aria-hidden />}
      >
        {t('action.download')}
      </Button>
      <Allowed permission="backup.add_backupjob">
        <VerifyButton backupId={backupId} name={jobSubject(t, job)} />
      </Allowed>
      <Allowed permission="backup.delete_backupjob">
        <PinButton backupId={backupId} name={jobSubject(t, job)} />
      </Allowed>
      {job.backup_type !== 'safety' && (
        <Allowed permission="backup.add_restorejob">
          <Button
            component={Link}
            to={paths.restoreOf(backupId)}
            variant="gradient"
            leftSection={<ArchiveRestore size={18} aria-hidden />}
          >
            {t('action.restore')}
          </Button>
        </Allowed>
      )}
    </>
  );
}

/** Of a pinned one the notice has the button. */
function PinButton({ backupId, name }: { backupId: string; name: string }) {
  const { t } = useText();
  const pin = usePin(backupId);
  const [asking, ask] = useDisclosure(false);
  return (
    <>
      {pin === null && (
        <Button variant="default" leftSection={<Pin size={18} aria-hidden />} onClick={ask.open}>
          {t('pin.pin')}
        </Button>
      )}
      <PinDialog backup={asking ? { backupId, name } : null} onClose={ask.close} />
    </>
  );
}

function JobFacts({ job }: { job: Job }) {
  const { t, format } = useText();
  return (
    <Facts
      items={[
        [t('field.type'), job.backup_type === null ? null : typeTitle(t, job.backup_type)],
        [t('field.mode'), job.restore_mode === null ? null : modeTitle(job.restore_mode)],
        [t('field.by'), job.requested_by],
        [t('field.asked'), <TimeAgo key="asked" at={job.created_at} />],
        [
          t('field.duration'),
          job.duration_seconds === null ? null : format.duration(job.duration_seconds * 1_000),
        ],
        [t('field.rows'), job.rows === null ? null : format.number(job.rows)],
        [t('field.size'), job.size_bytes === null ? null : format.bytes(job.size_bytes)],
        [
          t('field.verified'),
          job.kind !== 'backup' || job.state !== 'success' ? null : job.verified_at === null ? (
            t('verified.no')
          ) : (
            <TimeAgo key="verified" at={job.verified_at} />
          ),
        ],
        [t('field.file'), job.file === null ? null : <code key="file">{job.file}</code>],
        [
          t('field.digest'),
          job.digest === null ? null : <code className={classes['digest']}>{job.digest}</code>,
        ],
        [t('field.id'), <code className={classes['digest']}>{job.job_id}</code>],
      ]}
    />
  );

  function modeTitle(mode: string): string {
    if (mode === 'merge') return t('mode.merge');
    return mode === 'replace' ? t('mode.replace') : mode;
  }
}
