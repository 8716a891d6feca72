import { Button, NumberInput } from '@mantine/core';
import { Inbox, Trash2 } from 'lucide-react';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { Link } from 'react-router';
import type { CleanupPlan, PrunedBackup } from '@satchel/api-client';
import { paths } from '../../lib/paths.js';
import { problemText } from '../../lib/problem-text.js';
import { useDebounced } from '../../lib/use-debounced.js';
import { usePaging } from '../../lib/use-paging.js';
import { useText } from '../../texts/use-text.js';
import type { TextTools } from '../../texts/use-text.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { DataTable } from '../../ui/data-table.js';
import type { Column } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorState } from '../../ui/error-state.js';
import { Notice } from '../../ui/notice.js';
import { PageHeader } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { Panel } from '../../ui/panel.js';
import { Pill } from '../../ui/pill.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { typeTitle } from '../jobs/job-words.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { useCleanupPlan, useRunCleanup } from './api/cleanup.js';
import { isFailedDelete, retentionText } from './retention-words.js';
import classes from './retention.module.css';

const MAX_DAYS = 99_999;

/** What a clean-up would delete and keep, with the reason for each backup; and the clean-up itself. */
export function CleanupPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.delete_backupjob" title={t('cleanup.title')}>
      <Cleanup />
    </NeedsPermission>
  );
}

function Cleanup() {
  const { t } = useText();
  const [days, setDays] = useState<number | null>(null);
  const asked = useDebounced(days, 300);
  const { data: plan, error, isPlaceholderData, refetch } = useCleanupPlan(asked);
  return (
    <>
      <PageHeader
        title={t('cleanup.title')}
        lead={t('cleanup.lead')}
        back={{ to: paths.history, label: t('nav.history') }}
      />
      {plan === undefined || plan === null ? (
        <Panel>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <RowSkeleton />}</Panel>
      ) : (
        <div className={classes['page']}>
          {error && <Notice tone="warn">{problemText(t, error)}</Notice>}
          <Summary
            plan={plan}
            days={days ?? plan.days}
            onDays={setDays}
            current={!isPlaceholderData && asked === days && error === null}
          />
          <Plan plan={plan} stale={isPlaceholderData || asked !== days} />
        </div>
      )}
    </>
  );
}

interface SummaryProps {
  readonly plan: CleanupPlan;
  readonly days: number;
  readonly onDays: (days: number) => void;
  /** Whether the plan is of these days: another one must not be carried out. */
  readonly current: boolean;
}

function Summary({ plan, days, onDays, current }: SummaryProps) {
  const { t, format } = useText();
  const [asking, setAsking] = useState(false);
  const run = useRunCleanup();
  const failed = plan.backups.filter(({ reasons }) => reasons.some(isFailedDelete)).length;
  return (
    <Panel>
      <div style={{ display: 'grid', gap: 18 }}>
        <div className={classes['head']}>
          <NumberInput
            label={t('cleanup.days')}
            description={t('cleanup.daysHint')}
            min={0}
            max={MAX_DAYS}
            clampBehavior="strict"
            allowDecimal={false}
            value={days}
            maw={340}
            onChange={value => typeof value === 'number' && onDays(value)}
          />
          <dl className={classes['sums']} aria-live="polite">
            <div>
              <dt>{t('cleanup.goes')}</dt>
              <dd>{format.number(plan.would_delete)}</dd>
            </div>
            <div>
              <dt>{t('cleanup.stays')}</dt>
              <dd>{format.number(plan.kept)}</dd>
            </div>
            <div>
              <dt>{t('cleanup.frees')}</dt>
              <dd>{format.bytes(plan.freed_bytes)}</dd>
            </div>
          </dl>
          {plan.would_delete === 0 ? (
            <span className={classes['nothing']}>{t('cleanup.nothing')}</span>
          ) : (
            <Button
              color="red.8"
              autoContrast={false}
              leftSection={<Trash2 size={18} aria-hidden />}
              disabled={!current}
              onClick={() => setAsking(true)}
            >
              {t('cleanup.confirm', { count: plan.would_delete })}
            </Button>
          )}
        </div>
        {failed > 0 && (
          <Notice tone="warn" title={t('cleanup.failedBefore', { count: failed })}>
            {t('cleanup.failedText')}
          </Notice>
        )}
      </div>
      <ConfirmDialog
        opened={asking}
        title={t('cleanup.confirmTitle', { count: plan.would_delete })}
        confirm={t('action.delete')}
        danger
        busy={run.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          run.mutate(plan.days, {
            onSuccess: ({ job }) => {
              setAsking(false);
              if (job === null) return;
              toast(
                <span>
                  {t('cleanup.started')} <Link to={paths.job(job.job_id)}>{t('toast.details')}</Link>
                </span>,
              );
            },
            onError: error => toast.error(problemText(t, error)),
          })
        }
      >
        {t('cleanup.confirmText', { size: format.bytes(plan.freed_bytes) })}
      </ConfirmDialog>
    </Panel>
  );
}

function Plan({ plan, stale }: { plan: CleanupPlan; stale: boolean }) {
  const tools = useText();
  const { t } = tools;
  const paging = usePaging();
  const { page, pageSize } = paging;
  // What goes is what one has to look at.
  const backups = [...plan.backups].sort((a, b) => Number(isKept(a)) - Number(isKept(b)));
  const pages = Math.max(1, Math.ceil(backups.length / pageSize));
  const shown = Math.min(page, pages);
  if (backups.length === 0) {
    return (
      <Panel>
        <EmptyState icon={Inbox} title={t('cleanup.empty')}>
          {t('cleanup.emptyText')}
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel flush>
      <div className={classes['list']} data-stale={stale || undefined} aria-busy={stale}>
        <DataTable
          caption={t('cleanup.plan')}
          columns={columns(tools)}
          rows={backups.slice((shown - 1) * pageSize, shown * pageSize)}
          rowKey={({ backup_id }) => backup_id}
        />
      </div>
      {backups.length > 25 && <Pager {...paging} page={shown} pages={pages} total={backups.length} />}
    </Panel>
  );
}

function isKept({ outcome }: PrunedBackup): boolean {
  return outcome === 'kept';
}

function columns(tools: TextTools): readonly Column<PrunedBackup>[] {
  const { t, format } = tools;
  return [
    {
      key: 'what',
      title: t('drills.backup'),
      card: 'lead',
      cell: ({ backup_id, backup_type, file }) => (
        <span className={classes['what']}>
          <Link to={paths.job(backup_id)}>{typeTitle(t, backup_type)}</Link>
          <small>{file}</small>
        </span>
      ),
    },
    {
      key: 'made',
      title: t('field.made'),
      cell: ({ finished_at }) => (
        <span className={classes['nowrap']}>
          <TimeAgo at={finished_at} />
        </span>
      ),
    },
    {
      key: 'size',
      title: t('field.size'),
      end: true,
      cell: ({ size_bytes }) => <span className={classes['nowrap']}>{format.bytes(size_bytes)}</span>,
    },
    {
      key: 'outcome',
      title: t('cleanup.plan'),
      cell: backup =>
        isKept(backup) ? (
          <Pill tone="ok" icon="check">
            {t('cleanup.stays')}
          </Pill>
        ) : (
          <Pill tone="bad" icon="ban">
            {t('cleanup.goes')}
          </Pill>
        ),
    },
    {
      key: 'why',
      title: t('cleanup.why'),
      card: 'wide',
      cell: ({ reasons }) => (
        <ul className={classes['reasons']}>
          {reasons.map(reason => (
            <li key={reason} data-trouble={isFailedDelete(reason) || undefined}>
              {retentionText(tools, reason)}
            </li>
          ))}
        </ul>
      ),
    },
  ];
}
