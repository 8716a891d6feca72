import { Button } from '@mantine/core';
import { Archive } from 'lucide-react';
import { Link } from 'react-router';
import { paths } from '../../../lib/paths.js';
import { useText } from '../../../texts/use-text.js';
import { EmptyState } from '../../../ui/empty-state.js';
import { ErrorState } from '../../../ui/error-state.js';
import { RowSkeleton } from '../../../ui/row-skeleton.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { useHistory } from '../../history/api/get-history.js';
import { NO_SEARCH } from '../../history/history-search.js';
import { jobSubject, typeTitle } from '../../jobs/job-words.js';
import classes from './choose-step.module.css';

const NEWEST = { ...NO_SEARCH, kinds: ['backup'], states: ['success'], pageSize: 25 } as const;
const SHOWN = 5;

/** The newest stored backups, to be picked from. */
export function StoredBackups({ onChoose }: { onChoose: (backupId: string) => void }) {
  const { t, format } = useText();
  const { data, error, refetch } = useHistory(NEWEST);
  if (data === undefined) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <RowSkeleton height={56} />;
  }
  const backups = data.items.filter(({ backup_type }) => backup_type !== 'safety').slice(0, SHOWN);
  if (backups.length === 0) {
    return (
      <EmptyState icon={Archive} title={t('history.emptyTitle')}>
        {t('restore.noBackups')}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={classes['backups']}>
        {backups.map(backup => {
          const subject = jobSubject(t, backup);
          return (
            <li key={backup.job_id} className={classes['backup']}>
              <span className={classes['about']}>
                <strong>{subject}</strong>
                <span>
                  {backup.backup_type !== null && `${typeTitle(t, backup.backup_type)} · `}
                  <TimeAgo at={backup.finished_at ?? backup.created_at} />
                  {backup.size_bytes !== null && ` · ${format.bytes(backup.size_bytes)}`}
                </span>
              </span>
              <Button
                variant="default"
                size="sm"
                style={{ flex: 'none' }}
                aria-label={t('restore.useThis', { name: subject })}
                onClick={() => onChoose(backup.backup_id ?? backup.job_id)}
              >
                {t('restore.use')}
              </Button>
            </li>
          );
        })}
      </ul>
      <p style={{ margin: '14px 0 0' }}>
        <Link to={`${paths.history}?kind=backup&state=success`} style={{ color: 'var(--accent)' }}>
          {t('restore.allBackups')}
        </Link>
      </p>
    </>
  );
}
