import { Button } from '@mantine/core';
import { CircleStop, WifiOff } from 'lucide-react';
import { problemText } from '../../../lib/problem-text.js';
import type { JobSummary } from '@satchel/api-client';
import { Allowed } from '../../../lib/permission.js';
import { tableTitle } from '../../../lib/table-words.js';
import { useText } from '../../../texts/use-text.js';
import { Meter } from '../../../ui/meter.js';
import { useCancelJob } from '../api/cancel-job.js';
import { jobSubject, kindTitle, phaseTitle } from '../job-words.js';
import { progressShare } from '../progress-share.js';
import classes from './job-progress.module.css';
import { StatePill } from './state-pill.js';

interface JobProgressProps {
  readonly job: JobSummary;
  /** Whether the last question after it went unanswered. */
  readonly lost?: boolean;
  readonly compact?: boolean;
}

/** How far a job is: phase, table, rows, bytes, rate, time left, and the way to stop it. */
export function JobProgress({ job, lost = false, compact = false }: JobProgressProps) {
  const { t } = useText();
  const cancel = useCancelJob();
  const title = `${kindTitle(t, job.kind)}: ${jobSubject(t, job)}`;
  const share = progressShare(job);
  const stopping = job.cancel_requested_by !== null || cancel.isPending;
  return (
    <div className={classes['job']} data-compact={compact || undefined}>
      <div className={classes['head']}>
        <div className={classes['title']}>
          <strong>{title}</strong>
          <span className={classes['phase']} aria-live="polite">
            {phaseLine()}
          </span>
        </div>
        <StatePill state={job.state} />
      </div>
      <Meter label={t('progress.label', { what: title })} share={share} valueText={phaseLine()} />
      <Numbers job={job} share={share} />
      {lost && (
        <p className={classes['lost']} role="status">
          <WifiOff size={16} aria-hidden /> {t('progress.lost')}
        </p>
      )}
      {cancel.isError && (
        <p className={classes['lost']} role="alert">
          {problemText(t, cancel.error)}
        </p>
      )}
      <Allowed permission={permissionOf(job)}>
        <div>
          <Button
            variant="default"
            size={compact ? 'xs' : 'sm'}
            leftSection={<CircleStop size={16} aria-hidden />}
            loading={cancel.isPending}
            disabled={stopping}
            aria-label={`${t('progress.cancel')}: ${title}`}
            onClick={() => cancel.mutate(job.job_id)}
          >
            {t(stopping ? 'progress.stopping' : 'progress.cancel')}
          </Button>
        </div>
      </Allowed>
    </div>
  );

  function phaseLine(): string {
    if (stopping) return t('progress.stopping');
    if (job.state === 'pending') return t('progress.waiting');
    if (job.progress === null) return t('progress.starting');
    const { phase } = job.progress;
    const table = job.progress.table === null ? null : tableTitle(t, job.progress.table);
    return table === null ? phaseTitle(t, phase) : `${phaseTitle(t, phase)} · ${table}`;
  }
}

function Numbers({ job: { progress }, share }: { job: JobSummary; share: number | null }) {
  const { t, format } = useText();
  const rate = progress?.rows_per_second ?? null;
  const bytesRate = progress?.bytes_per_second ?? null;
  const facts: [string, string][] = [
    [t('progress.done'), share === null ? '–' : format.percent(share)],
    [t('progress.rows'), progress ? format.number(progress.rows) : '–'],
    [t('progress.bytes'), progress ? format.bytes(progress.bytes) : '–'],
    [
      t('progress.rate'),
      rate === null
        ? '–'
        : `${t('progress.rowsPerSecond', { rows: format.number(Math.round(rate)) })}${
            bytesRate === null ? '' : ` · ${format.bytesPerSecond(bytesRate)}`
          }`,
    ],
    [
      t('progress.left'),
      progress?.seconds_left === null || progress?.seconds_left === undefined
        ? '–'
        : format.duration(progress.seconds_left * 1_000),
    ],
  ];
  return (
    <dl className={classes['numbers']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function permissionOf({ kind }: JobSummary) {
  if (kind === 'restore' || kind === 'undo') return 'backup.add_restorejob';
  return kind === 'cleanup' ? 'backup.delete_backupjob' : 'backup.add_backupjob';
}
