import { CircleCheck } from 'lucide-react';
import { Link } from 'react-router';
import type { JobSummary } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import type { TextTools } from '../../../texts/use-text.js';
import type { Column } from '../../../ui/data-table.js';
import { Pill } from '../../../ui/pill.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { StatePill } from '../../jobs/components/state-pill.js';
import { jobSubject, kindTitle, typeTitle } from '../../jobs/job-words.js';
import { PinMark } from '../../retention/components/pin-mark.js';
import classes from '../history.module.css';
import { isStoredBackup } from '../is-stored-backup.js';
import { RowActions } from './row-actions.js';

export interface HistoryActions {
  readonly onDelete: (job: JobSummary) => void;
  readonly onPin: (job: JobSummary) => void;
}

/** What the history says of each job. The keys of sortable columns are those that the API sorts by. */
export function historyColumns(
  tools: TextTools,
  { onDelete, onPin }: HistoryActions,
): readonly Column<JobSummary>[] {
  const { t, format } = tools;
  return [
    {
      key: 'name',
      title: t('field.what'),
      sortable: true,
      card: 'lead',
      cell: job => (
        <span className={classes['what']}>
          <Link to={paths.job(job.job_id)}>{jobSubject(t, job)}</Link>
          <small>
            {kindTitle(t, job.kind)}
            {job.backup_name !== null && job.backup_type !== null && ` · ${typeTitle(t, job.backup_type)}`}
            {job.restore_mode !== null && ` · ${modeTitle(tools, job.restore_mode)}`}
          </small>
          {isStoredBackup(job) && <PinMark backupId={job.backup_id ?? job.job_id} />}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('field.state'),
      sortable: true,
      cell: job =>
        job.deleted_at === null ? (
          <StatePill state={job.state} />
        ) : (
          <Pill tone="idle" icon="ban">
            {t('state.deleted')}
          </Pill>
        ),
    },
    {
      key: 'created',
      title: t('field.when'),
      sortable: true,
      cell: job => (
        <span className={classes['nowrap']}>
          <TimeAgo at={job.created_at} />
        </span>
      ),
    },
    {
      key: 'size',
      title: t('field.size'),
      sortable: true,
      end: true,
      blank: job => job.size_bytes === null,
      cell: job => (
        <span className={classes['nowrap']}>
          {job.size_bytes === null ? '–' : format.bytes(job.size_bytes)}
        </span>
      ),
    },
    {
      key: 'rows',
      title: t('field.rows'),
      sortable: true,
      end: true,
      blank: job => job.rows === null,
      cell: job => (job.rows === null ? '–' : format.number(job.rows)),
    },
    {
      key: 'duration',
      title: t('field.duration'),
      sortable: true,
      end: true,
      blank: job => job.duration_seconds === null,
      cell: job => (
        <span className={classes['nowrap']}>
          {job.duration_seconds === null ? '–' : format.duration(job.duration_seconds * 1_000)}
        </span>
      ),
    },
    {
      key: 'by',
      title: t('field.by'),
      blank: job => job.requested_by === null,
      cell: job => job.requested_by ?? '–',
    },
    {
      key: 'verified',
      title: t('field.verified'),
      blank: job => job.kind !== 'backup' || job.state !== 'success',
      cell: job => {
        if (job.kind !== 'backup' || job.state !== 'success')
          return <span className={classes['muted']}>–</span>;
        if (job.verified_at === null) return <span className={classes['muted']}>{t('verified.no')}</span>;
        return (
          <span className={classes['ok']} title={format.exact(job.verified_at)}>
            <CircleCheck size={16} aria-hidden /> {t('verified.yes')}
          </span>
        );
      },
    },
    {
      key: 'actions',
      title: t('field.actions'),
      titleHidden: true,
      end: true,
      card: 'corner',
      cell: job => <RowActions job={job} onDelete={() => onDelete(job)} onPin={() => onPin(job)} />,
    },
  ];
}

function modeTitle({ t }: TextTools, mode: string): string {
  if (mode === 'merge') return t('mode.merge');
  return mode === 'replace' ? t('mode.replace') : mode;
}
