import { Button, NativeSelect, TextInput } from '@mantine/core';
import { Download, ScrollText, ShieldCheck } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { problemText } from '../../lib/problem-text.js';
import type { AuditEvent } from '@satchel/api-client';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../lib/contract.js';
import { useDebounced } from '../../lib/use-debounced.js';
import { useText } from '../../texts/use-text.js';
import type { TextTools } from '../../texts/use-text.js';
import { DataTable } from '../../ui/data-table.js';
import type { Column } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Loaded } from '../../ui/loaded.js';
import { Notice } from '../../ui/notice.js';
import { PageHeader } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { Panel } from '../../ui/panel.js';
import { Pill } from '../../ui/pill.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { auditExportAddress, useAudit } from './api/get-audit.js';
import { useVerifyAudit } from './api/verify-audit.js';
import { auditFacts } from './audit-facts.js';
import { readAuditSearch, writeAuditSearch } from './audit-search.js';
import type { AuditSearch } from './audit-search.js';
import { actionTitle, outcomeWords } from './audit-words.js';
import classes from './audit.module.css';

/** Who did what. */
export function AuditPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.view_auditevent" title={t('nav.audit')}>
      <Audit />
    </NeedsPermission>
  );
}

function Audit() {
  const tools = useText();
  const { t } = tools;
  const [address, setAddress] = useSearchParams();
  const search = useMemo(() => readAuditSearch(address), [address]);
  const entries = useAudit(search);
  const { data, isPlaceholderData } = entries;
  const verify = useVerifyAudit();
  const show = (next: AuditSearch, replace = false) => setAddress(writeAuditSearch(next), { replace });
  return (
    <>
      <PageHeader
        title={t('nav.audit')}
        lead={t('audit.lead')}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<ShieldCheck size={18} aria-hidden />}
              loading={verify.isPending}
              onClick={() => verify.mutate()}
            >
              {t('audit.verify')}
            </Button>
            <Button
              component="a"
              href={auditExportAddress(search)}
              download
              variant="default"
              leftSection={<Download size={18} aria-hidden />}
            >
              {t('history.export')}
            </Button>
          </>
        }
      />
      <div className={classes['page']}>
        <Verdict verify={verify} />
        <Filters search={search} onChange={show} />
        <Panel flush>
          <div style={{ opacity: isPlaceholderData ? 0.6 : 1 }} aria-busy={isPlaceholderData}>
            <Loaded query={entries} waiting={<RowSkeleton rows={8} />}>
              {({ items }) =>
                items.length === 0 ? (
                  <EmptyState icon={ScrollText} title={t('audit.empty')}>
                    {t('audit.emptyText')}
                  </EmptyState>
                ) : (
                  <DataTable
                    caption={t('nav.audit')}
                    columns={columns(tools)}
                    rows={items}
                    rowKey={({ number }) => String(number)}
                  />
                )
              }
            </Loaded>
          </div>
          {data !== undefined && data.total > 0 && (
            <Pager
              page={Math.min(search.page, data.pages)}
              pages={data.pages}
              total={data.total}
              pageSize={search.pageSize}
              onPage={page => show({ ...search, page })}
              onPageSize={pageSize => show({ ...search, pageSize, page: 1 })}
            />
          )}
        </Panel>
      </div>
    </>
  );
}

function Verdict({ verify: { data, error } }: { verify: ReturnType<typeof useVerifyAudit> }) {
  const { t } = useText();
  if (error) {
    return (
      <Notice tone="bad" title={t('audit.verifyFailed')} live>
        {problemText(t, error)}
      </Notice>
    );
  }
  if (data === undefined) return null;
  if (data.problems.length === 0) {
    return (
      <Notice tone="ok" title={t('audit.intact')} live>
        {t('audit.intactText', { count: data.entries })}
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={t('audit.broken', { count: data.problems.length })} live>
      <ul style={{ margin: '4px 0 0', paddingInlineStart: 18 }}>
        {data.problems.slice(0, 10).map(({ number, message }, index) => (
          <li key={index}>
            {t('audit.entry', { number })}: {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Filters({
  search,
  onChange,
}: {
  search: AuditSearch;
  onChange: (next: AuditSearch, replace?: boolean) => void;
}) {
  const { t } = useText();
  const [actor, setActor] = useState(search.actor);
  const settled = useDebounced(actor, 300);
  useEffect(() => {
    if (settled !== search.actor) onChange({ ...search, actor: settled, page: 1 }, true);
    // Only what has been typed starts a new search.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <Panel>
      <search className={classes['filters']} aria-label={t('history.filters')}>
        <TextInput
          label={t('field.who')}
          placeholder={t('audit.actorHint')}
          value={actor}
          onChange={event => setActor(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('field.action')}
          value={search.action}
          data={[
            { value: '', label: t('filter.any') },
            ...AUDIT_ACTIONS.map(action => ({ value: action, label: actionTitle(t, action) })),
          ]}
          onChange={event =>
            onChange({
              ...search,
              page: 1,
              action: AUDIT_ACTIONS.find(action => action === event.currentTarget.value) ?? '',
            })
          }
        />
        <NativeSelect
          label={t('field.outcome')}
          value={search.outcome}
          data={[
            { value: '', label: t('filter.any') },
            ...AUDIT_OUTCOMES.map(outcome => ({ value: outcome, label: outcomeWords(t, outcome).label })),
          ]}
          onChange={event =>
            onChange({
              ...search,
              page: 1,
              outcome: AUDIT_OUTCOMES.find(outcome => outcome === event.currentTarget.value) ?? '',
            })
          }
        />
      </search>
    </Panel>
  );
}

function columns(tools: TextTools): readonly Column<AuditEvent>[] {
  const { t } = tools;
  return [
    {
      key: 'action',
      title: t('field.action'),
      card: 'lead',
      cell: event => (
        <span className={classes['what']}>
          <strong>{actionTitle(t, event.action)}</strong>
          <small>{auditFacts(tools, event)}</small>
        </span>
      ),
    },
    {
      key: 'outcome',
      title: t('field.outcome'),
      cell: ({ outcome }) => {
        const { label, tone, icon } = outcomeWords(t, outcome);
        return (
          <Pill tone={tone} icon={icon}>
            {label}
          </Pill>
        );
      },
    },
    {
      key: 'who',
      title: t('field.who'),
      cell: ({ actor }) => (
        <span className={classes['what']}>
          {actor.name}
          <small className={classes['nowrap']}>
            {[t(`channel.${actor.channel}`), actor.address].filter(Boolean).join(' · ')}
          </small>
        </span>
      ),
    },
    {
      key: 'at',
      title: t('field.when'),
      cell: ({ at }) => (
        <span style={{ whiteSpace: 'nowrap' }}>
          <TimeAgo at={at} />
        </span>
      ),
    },
    { key: 'number', title: t('field.number'), end: true, cell: ({ number }) => `#${number}` },
  ];
}
