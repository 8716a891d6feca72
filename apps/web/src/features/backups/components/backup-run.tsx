import { Button } from '@mantine/core';
import { DatabaseBackup, Download, FileSearch } from 'lucide-react';
import { Link } from 'react-router';
import type { Job } from '@satchel/api-client';
import { refusalText } from '../../../lib/problem-text.js';
import { paths } from '../../../lib/paths.js';
import { useText } from '../../../texts/use-text.js';
import { ErrorState } from '../../../ui/error-state.js';
import { Facts } from '../../../ui/facts.js';
import { Notice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/panel.js';
import { RowSkeleton } from '../../../ui/row-skeleton.js';
import { useJob } from '../../jobs/api/get-job.js';
import { JobProgress } from '../../jobs/components/job-progress.js';
import { hasEnded } from '../../jobs/has-ended.js';
import { typeTitle } from '../../jobs/job-words.js';
import { downloadAddress } from '../api/download-address.js';

/** One backup from its start to its end. */
export function BackupRun({ jobId }: { jobId: string }) {
  const { t } = useText();
  const { data: job, error, failureCount, refetch } = useJob(jobId);
  if (job === undefined) {
    return (
      <Panel>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <RowSkeleton rows={3} />}
      </Panel>
    );
  }
  if (!hasEnded(job)) {
    return (
      <Panel>
        <JobProgress job={job} lost={failureCount > 0} />
        <p style={{ margin: '18px 0 0', color: 'var(--muted)' }}>{t('create.mayLeave')}</p>
      </Panel>
    );
  }
  return <BackupEnd job={job} />;
}

function BackupEnd({ job }: { job: Job }) {
  const { t, format } = useText();
  const again = (
    <Button
      component={Link}
      to={paths.create}
      variant={job.state === 'success' ? 'default' : 'gradient'}
      leftSection={<DatabaseBackup size={18} aria-hidden />}
    >
      {t(job.state === 'success' ? 'create.another' : 'action.tryAgain')}
    </Button>
  );
  const details = (
    <Button
      component={Link}
      to={paths.job(job.job_id)}
      variant="default"
      leftSection={<FileSearch size={18} aria-hidden />}
    >
      {t('toast.details')}
    </Button>
  );
  if (job.state !== 'success') {
    return (
      <Panel>
        <Notice
          tone={job.state === 'failed' ? 'bad' : 'idle'}
          title={t(job.state === 'failed' ? 'create.failed' : 'create.cancelled')}
          live
          actions={
            <>
              {again}
              {details}
            </>
          }
        >
          {job.error ? refusalText(t, job.error.error_type, job.error.message) : t('create.nothingKept')}
        </Notice>
      </Panel>
    );
  }
  const took =
    job.started_at === null || job.finished_at === null
      ? null
      : new Date(job.finished_at).getTime() - new Date(job.started_at).getTime();
  return (
    <Panel>
      <div style={{ display: 'grid', gap: 20 }}>
        <Notice tone="ok" title={t('create.done')} live>
          {t('create.doneText')}
        </Notice>
        <Facts
          items={[
            [t('field.name'), job.backup_name],
            [t('field.type'), job.backup_type === null ? null : typeTitle(t, job.backup_type)],
            [t('field.rows'), job.rows === null ? null : format.number(job.rows)],
            [t('field.size'), job.size_bytes === null ? null : format.bytes(job.size_bytes)],
            [t('field.duration'), took === null ? null : format.duration(took)],
            [t('field.file'), job.file === null ? null : <code key="file">{job.file}</code>],
          ]}
        />
        <div style={{ display: 'flex', flexWrap: 'wrap', gap: 10 }}>
          {job.backup_id !== null && (
            <Button
              component="a"
              href={downloadAddress(job.backup_id)}
              download
              variant="gradient"
              leftSection={<Download size={18} aria-hidden />}
            >
              {t('action.download')}
            </Button>
          )}
          {details}
          {again}
        </div>
      </div>
    </Panel>
  );
}
