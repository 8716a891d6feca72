import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import toast from 'react-hot-toast';
import { Link } from 'react-router';
import { isApiError } from '../../../lib/api-error.js';
import type { Job } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import { useCan } from '../../../lib/permission.js';
import { useText } from '../../../texts/use-text.js';
import { getJob } from '../api/get-job.js';
import { useActiveJobs } from '../api/get-active-jobs.js';
import { hasEnded } from '../has-ended.js';
import { jobSubject, kindTitle } from '../job-words.js';
import { watchedJobs } from '../watched-jobs.js';

/** Tells when a job ends, on whatever page one is, and makes every list that shows jobs ask again. */
export function JobWatcher() {
  return useCan()('backup.view_backupjob') ? <Watcher /> : null;
}

function Watcher() {
  const { t } = useText();
  const client = useQueryClient();
  const { data: active, dataUpdatedAt } = useActiveJobs();
  const asking = useRef(new Set<string>());
  useEffect(() => {
    if (active === undefined) return;
    const activeIds = new Set(active.map(({ job_id }) => job_id));
    watchedJobs.add(...activeIds);
    for (const jobId of watchedJobs.read()) {
      if (activeIds.has(jobId) || asking.current.has(jobId)) continue;
      asking.current.add(jobId);
      void tellEnd(jobId).finally(() => asking.current.delete(jobId));
    }

    async function tellEnd(jobId: string): Promise<void> {
      const job = await getJob(jobId).catch((error: unknown) => error);
      if (isApiError(job, 'not_found')) watchedJobs.remove(jobId);
      if (!isJob(job) || !hasEnded(job) || !watchedJobs.read().includes(jobId)) return;
      watchedJobs.remove(jobId);
      client.setQueryData(['job', jobId], job);
      announce(job);
      await client.invalidateQueries({ predicate: ({ queryKey }) => SHOW_JOBS.has(String(queryKey[0])) });
    }

    function announce(job: Job): void {
      const what = `${kindTitle(t, job.kind)}: ${jobSubject(t, job)}`;
      const text = {
        success: t('toast.success', { what }),
        failed: t('toast.failed', { what }),
        cancelled: t('toast.cancelled', { what }),
        pending: what,
        running: what,
      }[job.state];
      const notice = (
        <span>
          {text} <Link to={paths.job(job.job_id)}>{t('toast.details')}</Link>
        </span>
      );
      if (job.state === 'success') toast.success(notice, { id: job.job_id });
      else if (job.state === 'failed') toast.error(notice, { id: job.job_id });
      else toast(notice, { id: job.job_id });
    }
    // Each answer counts, also one that is as empty as the last: a short job has come and gone between the two.
  }, [active, dataUpdatedAt, client, t]);
  return null;
}

/** First words of the keys under which answers about jobs are kept. */
const SHOW_JOBS = new Set(['job', 'jobs', 'history', 'system', 'backup', 'types']);

function isJob(value: unknown): value is Job {
  return typeof value === 'object' && value !== null && 'job_id' in value;
}
