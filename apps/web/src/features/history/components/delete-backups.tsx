import { Checkbox } from '@mantine/core';
import { useEffect, useState } from 'react';
import toast from 'react-hot-toast';
import { isApiError } from '../../../lib/api-error.js';
import { problemText } from '../../../lib/problem-text.js';
import type { JobSummary } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Notice } from '../../../ui/notice.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { useDeleteBackup } from '../../backups/api/delete-backup.js';
import { jobSubject } from '../../jobs/job-words.js';

interface DeleteBackupsProps {
  /** None: nothing is asked. */
  readonly backups: readonly JobSummary[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks, by name, before files are deleted. The last good backup of a type needs a second word. */
export function DeleteBackups({ backups, onClose, onDone }: DeleteBackupsProps) {
  const { t, format } = useText();
  const remove = useDeleteBackup();
  const [force, setForce] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    setForce(false);
    setProblem(null);
  }, [backups]);
  const deleteAll = async () => {
    setProblem(null);
    let deleted = 0;
    for (const backup of backups) {
      try {
        await remove.mutateAsync({ backupId: backup.backup_id ?? backup.job_id, force });
        deleted += 1;
      } catch (error) {
        // One that somebody else has deleted meanwhile is gone, as was wished.
        if (isApiError(error, 'not_found')) continue;
        setProblem(error);
        if (deleted > 0) toast.success(t('delete.done', { count: deleted }));
        return;
      }
    }
    toast.success(t('delete.done', { count: deleted }));
    onDone();
  };
  const [first] = backups;
  return (
    <ConfirmDialog
      opened={first !== undefined}
      title={t('delete.title', { count: backups.length })}
      confirm={t('action.delete')}
      danger
      busy={remove.isPending}
      disabled={isApiError(problem, 'conflict') && !force}
      onConfirm={() => void deleteAll()}
      onClose={onClose}
    >
      <div style={{ display: 'grid', gap: 12 }}>
        <ul style={{ margin: 0, paddingInlineStart: 18, maxHeight: 220, overflowY: 'auto' }}>
          {backups.map(backup => (
            <li key={backup.job_id}>
              <strong>{jobSubject(t, backup)}</strong> · <TimeAgo at={backup.created_at} />
              {backup.size_bytes !== null && ` · ${format.bytes(backup.size_bytes)}`}
            </li>
          ))}
        </ul>
        <p style={{ margin: 0, color: 'var(--muted)' }}>{t('delete.text')}</p>
        {problem !== null && (
          <Notice tone="bad" live>
            {problemText(t, problem)}
            {isApiError(problem, 'conflict') && (
              <Checkbox
                mt="sm"
                label={t('delete.force')}
                checked={force}
                onChange={event => setForce(event.currentTarget.checked)}
              />
            )}
          </Notice>
        )}
      </div>
    </ConfirmDialog>
  );
}
