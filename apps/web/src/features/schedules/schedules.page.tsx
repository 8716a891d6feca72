import { Button, Menu } from '@mantine/core';
import { CalendarClock, Pause, Pencil, Play, Plus, Trash2, Zap } from 'lucide-react';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { Link } from 'react-router';
import type { Schedule } from '@satchel/api-client';
import { paths } from '../../lib/paths.js';
import { Allowed, useCan } from '../../lib/permission.js';
import { problemText } from '../../lib/problem-text.js';
import { useText } from '../../texts/use-text.js';
import type { TextTools } from '../../texts/use-text.js';
import { ActionMenu } from '../../ui/action-menu.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { DataTable } from '../../ui/data-table.js';
import type { Column } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Loaded } from '../../ui/loaded.js';
import { PageHeader } from '../../ui/page.js';
import { Panel } from '../../ui/panel.js';
import { Pill } from '../../ui/pill.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { useJob } from '../jobs/api/get-job.js';
import { StatePill } from '../jobs/components/state-pill.js';
import { typeTitle } from '../jobs/job-words.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { usePauseSchedule, useRemoveSchedule, useRunSchedule } from './api/change-schedules.js';
import { useSchedules } from './api/get-schedules.js';
import { ScheduleDialog } from './components/schedule-dialog.js';
import classes from './schedules.module.css';
import { readCron } from './timetable.js';
import { timeInZone, timetableText } from './timetable-words.js';

/** Backups that are made by themselves: which, when, and how the last one went. */
export function SchedulesPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.view_backupjob" title={t('nav.schedules')}>
      <Schedules />
    </NeedsPermission>
  );
}

function Schedules() {
  const tools = useText();
  const { t } = tools;
  const schedules = useSchedules();
  const { data } = schedules;
  const [edited, setEdited] = useState<Schedule | 'new' | null>(null);
  const [toRemove, setToRemove] = useState<Schedule | null>(null);
  const add = (
    <Allowed permission="backup.change_settings">
      <Button
        variant="gradient"
        leftSection={<Plus size={18} aria-hidden />}
        onClick={() => setEdited('new')}
        disabled={data === undefined}
      >
        {t('schedules.add')}
      </Button>
    </Allowed>
  );
  return (
    <>
      <PageHeader title={t('nav.schedules')} lead={t('schedules.lead')} actions={add} />
      <Panel flush>
        <Loaded query={schedules} waiting={<RowSkeleton rows={3} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={CalendarClock} title={t('schedules.none')}>
                {t('schedules.noneText')}
              </EmptyState>
            ) : (
              <DataTable
                caption={t('nav.schedules')}
                columns={columns(tools, { onEdit: setEdited, onRemove: setToRemove })}
                rows={items}
                rowKey={({ schedule_id }) => schedule_id}
              />
            )
          }
        </Loaded>
      </Panel>
      <ScheduleDialog
        schedule={edited}
        timeZone={data?.time_zone ?? 'UTC'}
        destinations={data?.destinations ?? []}
        onClose={() => setEdited(null)}
      />
      <RemoveSchedule schedule={toRemove} onClose={() => setToRemove(null)} />
    </>
  );
}

interface ScheduleActions {
  readonly onEdit: (schedule: Schedule) => void;
  readonly onRemove: (schedule: Schedule) => void;
}

function columns(tools: TextTools, actions: ScheduleActions): readonly Column<Schedule>[] {
  const { t, locale } = tools;
  return [
    {
      key: 'name',
      title: t('field.name'),
      card: 'lead',
      cell: ({ name, backup_type, destinations, unknown_destinations: unknown }) => (
        <span className={classes['name']}>
          <strong>{name}</strong>
          <small>{typeTitle(t, backup_type)}</small>
          {destinations !== null && (
            <small>
              {t('schedules.keptIn', {
                places: destinations.filter(each => !unknown.includes(each)).join(', '),
              })}
            </small>
          )}
          {unknown.length > 0 && (
            <small className={classes['unknown']}>
              {t('schedules.keptInUnknown', { places: unknown.join(', ') })}
            </small>
          )}
        </span>
      ),
    },
    {
      key: 'when',
      title: t('field.when'),
      card: 'wide',
      cell: ({ cron, time_zone }) => (
        <span className={classes['times']}>
          <span title={cron}>{timetableText(tools, readCron(cron))}</span>
          <small>{time_zone}</small>
        </span>
      ),
    },
    {
      key: 'next',
      title: t('schedules.next'),
      cell: ({ paused, next_run_at: at, time_zone }) =>
        paused || at === null ? (
          <Pill tone="idle" icon="ban">
            {t('schedules.paused')}
          </Pill>
        ) : (
          <span className={classes['times']}>
            <TimeAgo at={at} />
            <small className={classes['nowrap']}>{timeInZone(locale, at, time_zone)}</small>
          </span>
        ),
    },
    {
      key: 'last',
      title: t('schedules.last'),
      cell: schedule => <LastRun schedule={schedule} />,
    },
    {
      key: 'actions',
      title: t('field.actions'),
      titleHidden: true,
      end: true,
      card: 'corner',
      cell: schedule => <Actions schedule={schedule} {...actions} />,
    },
  ];
}

/** When a schedule ran last, and what came of it. */
function LastRun({ schedule: { last_run_at: at, last_job_id: jobId } }: { schedule: Schedule }) {
  const { t } = useText();
  if (at === null) return t('schedules.never');
  return (
    <span className={classes['last']}>
      {jobId === null ? (
        <TimeAgo at={at} />
      ) : (
        <>
          <Link to={paths.job(jobId)} className={classes['nowrap']}>
            <TimeAgo at={at} />
          </Link>
          <LastState jobId={jobId} />
        </>
      )}
    </span>
  );
}

function LastState({ jobId }: { jobId: string }) {
  const { data: job } = useJob(jobId);
  return job === undefined ? null : <StatePill state={job.state} />;
}

function Actions({ schedule, onEdit, onRemove }: ScheduleActions & { schedule: Schedule }) {
  const { t } = useText();
  const can = useCan();
  const pause = usePauseSchedule();
  const run = useRunSchedule();
  const { schedule_id: scheduleId, name, paused } = schedule;
  const mayRun = can('backup.add_backupjob');
  const mayChange = can('backup.change_settings');
  if (!mayRun && !mayChange) return null;
  const onError = (problem: unknown) => toast.error(problemText(t, problem));
  return (
    <ActionMenu label={t('history.actionsFor', { name })}>
      {mayRun && (
        <Menu.Item
          leftSection={<Zap size={16} aria-hidden />}
          onClick={() =>
            run.mutate(scheduleId, {
              onError,
              onSuccess: ({ job_id }) =>
                toast(
                  <span>
                    {t('schedules.started', { name })}{' '}
                    <Link to={paths.job(job_id)}>{t('toast.details')}</Link>
                  </span>,
                ),
            })
          }
        >
          {t('schedules.runNow')}
        </Menu.Item>
      )}
      {mayChange && (
        <>
          <Menu.Item
            leftSection={paused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
            onClick={() =>
              pause.mutate(
                { scheduleId, paused: !paused },
                {
                  onError,
                  onSuccess: () =>
                    toast.success(t(paused ? 'schedules.resumed' : 'schedules.isPaused', { name })),
                },
              )
            }
          >
            {t(paused ? 'schedules.resume' : 'schedules.pause')}
          </Menu.Item>
          <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => onEdit(schedule)}>
            {t('action.edit')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            className="tone-bad"
            style={{ color: 'var(--bad)' }}
            leftSection={<Trash2 size={16} aria-hidden />}
            onClick={() => onRemove(schedule)}
          >
            {t('schedules.remove')}
          </Menu.Item>
        </>
      )}
    </ActionMenu>
  );
}

function RemoveSchedule({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const { t } = useText();
  const remove = useRemoveSchedule();
  return (
    <ConfirmDialog
      opened={schedule !== null}
      title={t('schedules.removeTitle', { name: schedule?.name ?? '' })}
      confirm={t('schedules.remove')}
      danger
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        schedule &&
        remove.mutate(schedule.schedule_id, {
          onSuccess: () => toast.success(t('schedules.removed', { name: schedule.name })),
          onError: problem => toast.error(problemText(t, problem)),
          onSettled: onClose,
        })
      }
    >
      {t('schedules.removeText')}
    </ConfirmDialog>
  );
}
