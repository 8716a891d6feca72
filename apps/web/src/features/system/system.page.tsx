import { Button } from '@mantine/core';
import { CircleAlert, CircleCheck, Sparkles } from 'lucide-react';
import { Link } from 'react-router';
import type { SystemStatus } from '@satchel/api-client';
import { refusalText } from '../../lib/problem-text.js';
import { paths } from '../../lib/paths.js';
import { Allowed } from '../../lib/permission.js';
import { useText } from '../../texts/use-text.js';
import { cx } from '../../ui/cx.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorState } from '../../ui/error-state.js';
import { Facts } from '../../ui/facts.js';
import { Meter } from '../../ui/meter.js';
import { Notice } from '../../ui/notice.js';
import { PageHeader } from '../../ui/page.js';
import { Panel } from '../../ui/panel.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { StatePill } from '../jobs/components/state-pill.js';
import { jobSubject, kindTitle } from '../jobs/job-words.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { useSystemStatus } from './api/get-system-status.js';
import { Destinations } from './components/destinations.js';
import { serviceTitle } from './service-title.js';
import classes from './system.module.css';

/** How the parts of the system are. */
export function SystemPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.view_backupjob" title={t('nav.system')}>
      <System />
    </NeedsPermission>
  );
}

function System() {
  const { t } = useText();
  const { data: status, error, refetch } = useSystemStatus();
  return (
    <>
      <PageHeader
        title={t('nav.system')}
        lead={t('system.lead')}
        actions={
          <Allowed permission="backup.delete_backupjob">
            <Button
              component={Link}
              to={paths.cleanup}
              variant="default"
              leftSection={<Sparkles size={18} aria-hidden />}
            >
              {t('cleanup.button')}
            </Button>
          </Allowed>
        }
      />
      {status === undefined ? (
        <Panel>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <RowSkeleton />}</Panel>
      ) : (
        <div className={classes['page']}>
          {error && <Notice tone="warn">{t('home.stale')}</Notice>}
          <Services status={status} />
          <div className={classes['pair']}>
            <Database status={status} />
            <Storage status={status} />
          </div>
          <Destinations />
          <div className={classes['pair']}>
            <Workers status={status} />
            <Recent status={status} />
          </div>
        </div>
      )}
    </>
  );
}

function Services({ status }: { status: SystemStatus }) {
  const { t } = useText();
  return (
    <ul className={classes['services']} aria-label={t('system.services')}>
      {status.services.map(({ name, healthy, message }) => {
        const Icon = healthy ? CircleCheck : CircleAlert;
        return (
          <li key={name} className={cx(classes['service'], healthy ? 'tone-ok' : 'tone-bad')}>
            <Icon size={22} aria-hidden />
            <span>
              <strong>{serviceTitle(t, name)}</strong>
              <small>{healthy ? t('system.works') : (message ?? t('system.fails'))}</small>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Database({ status: { database } }: { status: SystemStatus }) {
  const { t, format } = useText();
  return (
    <Panel title={t('service.database')}>
      {!database.reachable ? (
        <p style={{ margin: 0 }}>{refusalText(t, database.error_type, database.message)}</p>
      ) : (
        <Facts
          items={[
            [t('field.server'), database.server],
            [t('field.database'), database.database],
            [t('field.size'), database.size_bytes === null ? null : format.bytes(database.size_bytes)],
            [t('field.role'), `${database.role}${database.superuser ? ` (${t('system.superuser')})` : ''}`],
            [
              t('system.definition'),
              <p key="definition">
                {database.definition.included
                  ? t('system.definitionToo')
                  : t('system.rowsOnly', { reason: database.definition.reason ?? '' })}
              </p>,
            ],
          ]}
        />
      )}
    </Panel>
  );
}

function Storage({ status: { storage } }: { status: SystemStatus }) {
  const { t, format } = useText();
  if (!storage.reachable) {
    return (
      <Panel title={t('service.storage')}>
        <p style={{ margin: 0 }}>{refusalText(t, storage.error_type, storage.message)}</p>
      </Panel>
    );
  }
  const { used_bytes: used, free_bytes: free } = storage;
  const share = used === null || free === null ? null : used / Math.max(1, used + free);
  return (
    <Panel title={t('service.storage')}>
      <div style={{ display: 'grid', gap: 18 }}>
        {share !== null && (
          <Meter
            label={t('system.filled')}
            share={share}
            tone={share > 0.95 ? 'bad' : share > 0.8 ? 'warn' : 'info'}
            valueText={format.percent(share)}
          />
        )}
        <Facts
          items={[
            [t('storage.used'), used === null ? null : format.bytes(used)],
            [t('storage.free'), free === null ? null : format.bytes(free)],
            [t('system.files'), storage.files === null ? null : format.number(storage.files)],
            [
              t('system.growth'),
              storage.bytes_per_day === null
                ? null
                : t('system.perDay', { size: format.bytes(Math.max(0, storage.bytes_per_day)) }),
            ],
            [
              t('storage.lasts'),
              storage.days_until_full === null
                ? t('storage.noGrowth')
                : storage.days_until_full > 730
                  ? t('storage.years')
                  : t('storage.days', { count: storage.days_until_full }),
            ],
          ]}
        />
      </div>
    </Panel>
  );
}

function Workers({ status: { queue, workers } }: { status: SystemStatus }) {
  const { t, format } = useText();
  return (
    <Panel title={t('system.work')}>
      <div style={{ display: 'grid', gap: 18 }}>
        {!queue.reachable && <p style={{ margin: 0 }}>{refusalText(t, queue.error_type, queue.message)}</p>}
        {queue.reachable && (
          <Facts
            items={[
              [t('system.driver'), t(queue.driver === 'inline' ? 'system.inline' : 'system.bull')],
              [t('state.pending'), queue.pending === null ? null : format.number(queue.pending)],
              [t('state.running'), queue.running === null ? null : format.number(queue.running)],
            ]}
          />
        )}
        <ul className={classes['list']}>
          {workers.map(worker => (
            <li key={worker.worker_id}>
              <span>
                <strong>{worker.host}</strong>
                <small>{t('system.worker', { version: worker.version, count: worker.concurrency })}</small>
              </span>
              <small>
                <TimeAgo at={worker.seen_at} />
              </small>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function Recent({ status: { recent_jobs: recent } }: { status: SystemStatus }) {
  const { t } = useText();
  return (
    <Panel title={t('system.recent')}>
      {recent.length === 0 ? (
        <EmptyState icon={Sparkles} title={t('history.emptyTitle')} />
      ) : (
        <ul className={classes['list']}>
          {recent.map(job => (
            <li key={job.job_id}>
              <span>
                <Link to={paths.job(job.job_id)}>{jobSubject(t, job)}</Link>
                <small>
                  {kindTitle(t, job.kind)} · <TimeAgo at={job.finished_at ?? job.created_at} />
                </small>
              </span>
              <StatePill state={job.state} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
