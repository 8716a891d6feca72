import { CircleCheck } from 'lucide-react';
import type { JobSummary, Permission, Pin } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import type { TextTools } from '../../../texts/use-text.js';
import type { Column } from '../../../ui/data-table.js';
import { Pill } from '../../../ui/pill.js';
import { RowLink } from '../../../ui/row-link.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { StatePill } from '../../jobs/components/state-pill.js';
import { jobSubject, kindTitle, typeTitle } from '../../jobs/job-words.js';
import { PinMark } from '../../retention/components/pin-mark.js';
import classes from '../history.module.css';
import { isStoredBackup } from '../is-stored-backup.js';
import { RowActions } from './row-actions.js';
import type { RowDeeds } from './row-actions.js';

export interface HistoryActions extends RowDeeds {
  readonly onSelect: (job: JobSummary, selected: boolean) => void;
}

interface HistoryColumnsOptions {
  readonly actions: HistoryActions;
  readonly can: (permission: Permission) => boolean;
  /** By the backup that each of them keeps. */
  readonly pins: ReadonlyMap<string, Pin> | undefined;
}

/** The same each time, so that it is drawn once. */
const CHECK = <CircleCheck size={16} aria-hidden />;

/** What the history says of each job. The keys of sortable columns are those that the API sorts by. */
export function historyColumns(
  tools: TextTools,
  { actions, can, pins }: HistoryColumnsOptions,
): readonly Column<JobSummary>[] {
  const { t, format } = tools;
  const pinOf = (job: JobSummary) =>
    isStoredBackup(job) ? (pins?.get(job.backup_id ?? job.job_id) ?? null) : null;
  return [
    {
      key: 'select',
      title: t('history.select'),
      titleHidden: true,
      card: 'mark',
      blank: job => !isStoredBackup(job),
      cell: (job, selected) =>
        isStoredBackup(job) && (
          // The library's own is a dozen components, and a page may have a hundred.
          <input
            type="checkbox"
            className={classes['select']}
            aria-label={t('history.selectOne', { name: job.backup_name ?? job.file ?? job.job_id })}
            checked={selected}
            onChange={event => actions.onSelect(job, event.currentTarget.checked)}
          />
        ),
    },
    {
      key: 'name',
      title: t('field.what'),
      sortable: true,
      card: 'lead',
      cell: job => {
        const pin = pinOf(job);
        return (
          <span className={classes['what']}>
            <RowLink to={paths.job(job.job_id)}>{jobSubject(t, job)}</RowLink>
            <small>{details(tools, job)}</small>
            {pin && <PinMark pin={pin} />}
          </span>
        );
      },
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
            {CHECK} {t('verified.yes')}
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
      cell: job => (
        // A key of its own: a menu that is open is not the next job's.
        <RowActions key={job.job_id} job={job} can={can} pinned={pinOf(job) !== null} deeds={actions} />
      ),
    },
  ];
}

/** What kind of job it is, of what and how, in one line. */
function details(tools: TextTools, job: JobSummary): string {
  const { t } = tools;
  return [
    kindTitle(t, job.kind),
    job.backup_name !== null && job.backup_type !== null && typeTitle(t, job.backup_type),
    job.restore_mode !== null && modeTitle(tools, job.restore_mode),
  ]
    .filter(part => part !== false)
    .join(' · ');
}

function modeTitle({ t }: TextTools, mode: string): string {
  if (mode === 'merge') return t('mode.merge');
  return mode === 'replace' ? t('mode.replace') : mode;
}
