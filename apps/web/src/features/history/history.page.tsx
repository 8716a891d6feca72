import { Button } from '@mantine/core';
import { Download, Inbox, SearchX, Sparkles } from 'lucide-react';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { Dispatch, SetStateAction } from 'react';
import toast from 'react-hot-toast';
import { Link, useSearchParams } from 'react-router';
import type { JobSummary } from '@satchel/api-client';
import { paths } from '../../lib/paths.js';
import { Allowed, useCan } from '../../lib/permission.js';
import { problemText } from '../../lib/problem-text.js';
import { useText } from '../../texts/use-text.js';
import { DataTable } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorState } from '../../ui/error-state.js';
import { PageHeader } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { Panel } from '../../ui/panel.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { VerifyDialog } from '../backups/components/verify-dialog.js';
import { useVerify } from '../backups/use-verify.js';
import { jobSubject } from '../jobs/job-words.js';
import { usePins, useUnpinBackup } from '../retention/api/pins.js';
import { PinDialog } from '../retention/components/pin-dialog.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { historyExportAddress, useHistory } from './api/get-history.js';
import { DeleteBackups } from './components/delete-backups.js';
import { HistoryFilters } from './components/history-filters.js';
import { historyColumns } from './components/history-columns.js';
import type { HistoryActions } from './components/history-columns.js';
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
import { toVerify } from './to-verify.js';
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
  const [selection, setSelection] = useState<ReadonlyMap<string, JobSummary>>(NOTHING);
  const [toDelete, setToDelete] = useState<readonly JobSummary[]>([]);
  const [toPin, setToPin] = useState<JobSummary | null>(null);

  // What follows stays the same from one page to the next, so that only the rows are drawn anew.
  const latest = useRef({ search, setAddress });
  latest.current = { search, setAddress };
  const show = useCallback(
    (next: HistorySearch, options?: { replace: boolean }) =>
      latest.current.setAddress(writeHistorySearch(next), options),
    [],
  );
  const showPart = useCallback(
    (part: Partial<HistorySearch>) => show(changeHistorySearch(latest.current.search, part)),
    [show],
  );
  const showPage = useCallback((page: number) => showPart({ page }), [showPart]);
  const showPageSize = useCallback((pageSize: number) => showPart({ pageSize }), [showPart]);
  const firstPage = writeHistorySearch({ ...search, page: 1 }).toString();
  const filters = useMemo(() => readHistorySearch(new URLSearchParams(firstPage)), [firstPage]);
  const { verify, dialog: verifyDialog } = useVerify();
  const columns = useHistoryColumns({ verify, setSelection, setToDelete, setToPin });

  // What one cannot see one should not act upon.
  useEffect(() => setSelection(NOTHING), [address]);
  // A page that is no longer there, after a deletion perhaps.
  useEffect(() => {
    if (data && !isPlaceholderData && search.page > data.pages) {
      setAddress(writeHistorySearch({ ...search, page: data.pages }), { replace: true });
    }
  }, [data, isPlaceholderData, search, setAddress]);

  const selectable = shown?.items.filter(isStoredBackup) ?? [];
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
        <HistoryFilters search={filters} onChange={show} />
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
              <DataTable
                caption={t('nav.history')}
                columns={columns}
                rows={shown.items}
                rowKey={jobIdOf}
                selected={({ job_id }) => selection.has(job_id)}
                sorting={{ by: search.sort, order: search.order }}
                onSort={by => {
                  const sort = SORTS.find(one => one === by);
                  if (sort !== undefined) show(sortHistoryBy(search, sort));
                }}
              />
            )}
          </div>
          {shown !== undefined && data !== undefined && data.total > 0 && (
            <Pager
              page={Math.min(search.page, data.pages)}
              pages={data.pages}
              total={data.total}
              pageSize={search.pageSize}
              onPage={showPage}
              onPageSize={showPageSize}
            />
          )}
        </Panel>
      </div>
      <PinDialog
        backup={toPin && { backupId: toPin.backup_id ?? toPin.job_id, name: jobSubject(t, toPin) }}
        onClose={() => setToPin(null)}
      />
      <VerifyDialog {...verifyDialog} />
      <DeleteBackups
        backups={toDelete}
        onClose={() => setToDelete([])}
        onDone={() => {
          setToDelete([]);
          setSelection(NOTHING);
        }}
      />
    </>
  );
}

const NOTHING: ReadonlyMap<string, JobSummary> = new Map();

function jobIdOf({ job_id }: JobSummary): string {
  return job_id;
}

interface ListState {
  readonly verify: ReturnType<typeof useVerify>['verify'];
  readonly setSelection: Dispatch<SetStateAction<ReadonlyMap<string, JobSummary>>>;
  readonly setToDelete: (jobs: readonly JobSummary[]) => void;
  readonly setToPin: (job: JobSummary) => void;
}

/** The columns, with what is done from within them. The same as long as texts, pins and permissions are. */
function useHistoryColumns({ verify, setSelection, setToDelete, setToPin }: ListState) {
  const tools = useText();
  const can = useCan();
  const { data: pins } = usePins();
  const { mutateAsync: unpin } = useUnpinBackup();
  return useMemo(() => {
    const { t } = tools;
    const onError = (error: unknown) => toast.error(problemText(t, error));
    const actions: HistoryActions = {
      onSelect: (job, selected) =>
        setSelection(last => {
          const next = new Map(last);
          if (selected) next.set(job.job_id, job);
          else next.delete(job.job_id);
          return next;
        }),
      onVerify: job => void verify([toVerify(t, job)]),
      onDelete: job => setToDelete([job]),
      onPin: setToPin,
      onUnpin: job =>
        void unpin(job.backup_id ?? job.job_id).then(() => toast.success(t('pin.undone')), onError),
    };
    return historyColumns(tools, { actions, can, pins });
  }, [tools, can, pins, verify, unpin, setSelection, setToDelete, setToPin]);
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
