import { Button } from '@mantine/core';
import { ArrowLeft } from 'lucide-react';
import { Link } from 'react-router';
import { ApiError } from '../../../lib/api-error.js';
import type { Job } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import { useText } from '../../../texts/use-text.js';
import { ErrorState } from '../../../ui/error-state.js';
import { Notice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/panel.js';
import { RowSkeleton } from '../../../ui/row-skeleton.js';
import { useJob } from '../../jobs/api/get-job.js';
import { JobProgress } from '../../jobs/components/job-progress.js';
import { hasEnded } from '../../jobs/has-ended.js';
import { RestoreErrorNotice } from './restore-error-notice.js';
import { RestoreReportView } from './restore-report-view.js';
import classes from './plan-step.module.css';

interface RestoreRunProps {
  readonly jobId: string;
  /** Whether file and choices are still at hand. */
  readonly canGoBack: boolean;
  readonly onBack: () => void;
}

/** One restore from its start to its report; or back to its plan, with nothing lost. */
export function RestoreRun({ jobId, canGoBack, onBack }: RestoreRunProps) {
  const { t } = useText();
  const { data: job, error, failureCount, fetchStatus, refetch } = useJob(jobId);
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
        <JobProgress job={job} lost={failureCount > 0 || fetchStatus === 'paused'} />
        <p style={{ margin: '18px 0 0', color: 'var(--muted)' }}>{t('restore.allOrNothing')}</p>
      </Panel>
    );
  }
  return (
    <div className={classes['step']}>
      <Ending job={job} canGoBack={canGoBack} onBack={onBack} />
    </div>
  );
}

function Ending({ job, canGoBack, onBack }: { job: Job; canGoBack: boolean; onBack: () => void }) {
  const { t } = useText();
  const back = canGoBack ? (
    <Button leftSection={<ArrowLeft size={16} aria-hidden />} onClick={onBack}>
      {t('restore.backToPlan')}
    </Button>
  ) : (
    <Button component={Link} to={paths.restore} onClick={onBack}>
      {t('restore.startAgain')}
    </Button>
  );
  if (job.state === 'failed') {
    const { error_type, message, details } = job.error ?? {
      error_type: 'system_error' as const,
      message: t('restore.noReason'),
      details: {},
    };
    return <RestoreErrorNotice error={new ApiError(error_type, message, details)} actions={back} />;
  }
  if (job.state === 'cancelled') {
    return (
      <Notice tone="idle" title={t('restore.cancelled')} live actions={back}>
        {t('restore.nothingChanged')}
      </Notice>
    );
  }
  return (
    <>
      <Notice tone="ok" title={t('restore.done')} live>
        {t('restore.doneText')}
      </Notice>
      <RestoreReportView job={job} />
    </>
  );
}
