import { Button } from '@mantine/core';
import { Download, Inbox, SearchX, Sparkles } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { JobSummary } from '@satchel/api-client';
import { paths } from '../../lib/paths.js';
import { Allowed } from '../../lib/permission.js';
import { useText } from '../../texts/use-text.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorState } from '../../ui/error-state.js';
import { PageHeader } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { Panel } from '../../ui/panel.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { jobSubject } from '../jobs/job-words.js';
import { PinDialog } from '../retention/components/pin-dialog.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { historyExportAddress, useHistory } from './api/get-history.js';
import { DeleteBackups } from './components/delete-backups.js';
import { HistoryFilters } from './components/history-filters.js';
import { historyColumns } from './components/history-columns.js';
import { SelectionBar } from './components/selection-bar.js';
import {
  changeHistorySearch,
  isFiltered,
  NO_SEARCH,
  readHistorySearch,
  sortHistoryBy,
  SORTS,
  writeHistorySearch,
} from './history-search.js';
import type { HistorySearch } from './history-search.js';
import { isStoredBackup } from './is-stored-backup.js';
import classes from './history.module.css';

/** All that was done: found, sorted, acted upon. What is shown stands in the address. */
export function HistoryPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.view_backupjob" title={t('nav.history')}>
      <History />
    </NeedsPermission>
  );
}

function History() {
  const { t } = useText();
  const [address, setAddress] = useSearchParams();
  const search = useMemo(() => readHistorySearch(address), [address]);
  const { data, error, isPlaceholderData, refetch } = useHistory(search);
  // Rows are drawn in small pieces, between which the page answers: a page may have a hundred of them.
  const shown = useDeferredValue(data);
  const isDrawing = isPlaceholderData || shown !== data;
  const [selection, setSelection] = useState<ReadonlyMap<string, JobSummary>>(new Map());
  const [toDelete, setToDelete] = useState<readonly JobSummary[]>([]);
  const [toPin, setToPin] = useState<JobSummary | null>(null);
  const show = (next: HistorySearch, options?: { replace: boolean }) =>
    setAddress(writeHistorySearch(next), options);

  // What one cannot see one should not act upon.
  useEffect(() => setSelection(new Map()), [address]);
  // A page that is no longer there, after a deletion perhaps.
  useEffect(() => {
    if (data && !isPlaceholderData && search.page > data.pages) {
      setAddress(writeHistorySearch({ ...search, page: data.pages }), { replace: true });
    }
  }, [data, isPlaceholderData, search, setAddress]);

  const select = (job: JobSummary, selected: boolean) => {
    const next = new Map(selection);
    if (selected) next.set(job.job_id, job);
    else next.delete(job.job_id);
    setSelection(next);
  };
  const selectable = shown?.items.filter(isStoredBackup) ?? [];
  const tools = useText();
  const columns = useMemo(
    () => historyColumns(tools, { onDelete: job => setToDelete([job]), onPin: setToPin }),
    [tools],
  );
  const table = useMemo(
    () => (
      <DataTable
        caption={t('nav.history')}
        columns={[
          {
            key: 'select',
            title: t('history.select'),
            titleHidden: true,
            card: 'mark',
            blank: job => !isStoredBackup(job),
            cell: job =>
              isStoredBackup(job) && (
                // The library's own is a dozen components, and a page may have a hundred.
                <input
                  type="checkbox"
                  className={classes['select']}
                  aria-label={t('history.selectOne', {
                    name: job.backup_name ?? job.file ?? job.job_id,
                  })}
                  checked={selection.has(job.job_id)}
                  onChange={event => select(job, event.currentTarget.checked)}
                />
              ),
          },
          ...columns,
        ]}
        rows={shown?.items ?? []}
        rowKey={({ job_id }) => job_id}
        selected={({ job_id }) => selection.has(job_id)}
        sorting={{ by: search.sort, order: search.order }}
        onSort={by => {
          const sort = SORTS.find(one => one === by);
          if (sort !== undefined) show(sortHistoryBy(search, sort));
        }}
      />
    ),
    // `select` and `show` are made of these.
    [shown, selection, columns, search, t],
  );
  return (
    <>
      <PageHeader
        title={t('nav.history')}
        lead={t('history.lead')}
        actions={
          <>
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
            <Button
              component="a"
              href={historyExportAddress(search)}
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
        <HistoryFilters search={search} onChange={show} />
        <Panel flush>
          {selectable.length > 0 && (
            <SelectionBar
              all={selectable}
              selection={selection}
              onSelectAll={all => setSelection(new Map(all ? selectable.map(job => [job.job_id, job]) : []))}
              onDelete={jobs => setToDelete(jobs)}
            />
          )}
          <div className={classes['list']} data-stale={isDrawing || undefined} aria-busy={isDrawing}>
            {shown === undefined || data === undefined ? (
              error ? (
                <ErrorState error={error} onRetry={() => void refetch()} />
              ) : (
                <RowSkeleton rows={8} />
              )
            ) : data.items.length === 0 ? (
              <Nothing search={search} onClear={() => show(NO_SEARCH)} />
            ) : (
              table
            )}
          </div>
          {shown !== undefined && data !== undefined && data.total > 0 && (
            <Pager
              page={Math.min(search.page, data.pages)}
              pages={data.pages}
              total={data.total}
              pageSize={search.pageSize}
              onPage={page => show({ ...search, page })}
              onPageSize={size => show(changeHistorySearch(search, { pageSize: size }))}
            />
          )}
        </Panel>
      </div>
      <PinDialog
        backup={toPin && { backupId: toPin.backup_id ?? toPin.job_id, name: jobSubject(t, toPin) }}
        onClose={() => setToPin(null)}
      />
      <DeleteBackups
        backups={toDelete}
        onClose={() => setToDelete([])}
        onDone={() => {
          setToDelete([]);
          setSelection(new Map());
        }}
      />
    </>
  );
}

function Nothing({ search, onClear }: { search: HistorySearch; onClear: () => void }) {
  const { t } = useText();
  if (!isFiltered(search)) {
    return (
      <EmptyState icon={Inbox} title={t('history.emptyTitle')}>
        {t('history.emptyText')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title={t('history.noMatch')}
      action={
        <Button variant="default" onClick={onClear}>
          {t('history.clear')}
        </Button>
      }
    >
      {t('history.noMatchText')}
    </EmptyState>
  );
}
