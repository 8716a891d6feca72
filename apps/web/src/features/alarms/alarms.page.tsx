import { SegmentedControl } from '@mantine/core';
import { BellOff, ShieldCheck } from 'lucide-react';
import { useSearchParams } from 'react-router';
import { PAGE_SIZES, pageSizeOf } from '../../lib/page-sizes.js';
import { useText } from '../../texts/use-text.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorState } from '../../ui/error-state.js';
import { PageHeader } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { Panel } from '../../ui/panel.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import classes from './alarms.module.css';
import type { AlarmSearch } from './api/alarms.js';
import { useAlarms } from './api/alarms.js';
import { AlarmCard } from './components/alarm-card.js';
import { Channels } from './components/channels.js';

/** What is wrong or was, who was told, and whether messages get through. */
export function AlarmsPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.view_backupjob" title={t('nav.alarms')}>
      <PageHeader title={t('nav.alarms')} lead={t('alarms.lead')} />
      <div className={classes['page']}>
        <div className={classes['main']}>
          <Alarms />
        </div>
        <Channels />
      </div>
    </NeedsPermission>
  );
}

/** Which are shown stands in the address. */
function readSearch(address: URLSearchParams): AlarmSearch {
  const page = Number(address.get('page') ?? 1);
  return {
    state: address.get('state') === 'past' ? 'past' : 'open',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    pageSize: pageSizeOf(address),
  };
}

function Alarms() {
  const { t, language } = useText();
  const [address, setAddress] = useSearchParams();
  const search = readSearch(address);
  const { state } = search;
  const { data, error, refetch } = useAlarms(search, language);
  const show = (next: Partial<AlarmSearch>) => {
    const { state: which, page, pageSize } = { ...search, ...next };
    setAddress({
      ...(which === 'past' ? { state: which } : {}),
      ...(page === 1 ? {} : { page: String(page) }),
      ...(pageSize === PAGE_SIZES[0] ? {} : { size: String(pageSize) }),
    });
  };
  return (
    <>
      <SegmentedControl
        aria-label={t('alarms.state')}
        value={state}
        onChange={which => show({ state: which, page: 1 })}
        data={[
          { value: 'open' as const, label: t('alarms.open') },
          { value: 'past' as const, label: t('alarms.past') },
        ]}
        style={{ justifySelf: 'start' }}
      />
      {data === undefined ? (
        <Panel>
          {error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : (
            <RowSkeleton rows={3} height={88} />
          )}
        </Panel>
      ) : data.items.length === 0 ? (
        <Panel>
          {state === 'open' ? (
            <EmptyState icon={ShieldCheck} tone="ok" title={t('alarms.noneOpen')}>
              {t('alarms.noneOpenText')}
            </EmptyState>
          ) : (
            <EmptyState icon={BellOff} title={t('alarms.nonePast')}>
              {t('alarms.nonePastText')}
            </EmptyState>
          )}
        </Panel>
      ) : (
        data.items.map(alarm => <AlarmCard key={alarm.alarm_id} alarm={alarm} />)
      )}
      {data !== undefined && data.total > data.page_size && (
        <Pager
          page={Math.min(search.page, data.pages)}
          pages={data.pages}
          total={data.total}
          pageSize={search.pageSize}
          onPage={page => show({ page })}
          onPageSize={pageSize => show({ page: 1, pageSize })}
        />
      )}
    </>
  );
}
