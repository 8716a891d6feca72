import { Button, Checkbox } from '@mantine/core';
import { ShieldCheck, Trash2 } from 'lucide-react';
import toast from 'react-hot-toast';
import { problemText } from '../../../lib/problem-text.js';
import type { JobSummary } from '@satchel/api-client';
import { Allowed } from '../../../lib/permission.js';
import { useText } from '../../../texts/use-text.js';
import { useVerifyBackup } from '../../backups/api/verify-backup.js';
import classes from '../history.module.css';

interface SelectionBarProps {
  readonly all: readonly JobSummary[];
  readonly selection: ReadonlyMap<string, JobSummary>;
  readonly onSelectAll: (all: boolean) => void;
  readonly onDelete: (jobs: readonly JobSummary[]) => void;
}

/** Selects several backups of the page, and acts on them. */
export function SelectionBar({ all, selection, onSelectAll, onDelete }: SelectionBarProps) {
  const { t } = useText();
  const verify = useVerifyBackup();
  const jobs = [...selection.values()];
  const some = jobs.length > 0;
  const verifyAll = async () => {
    const answers = await Promise.allSettled(
      jobs.map(job => verify.mutateAsync({ backupId: job.backup_id ?? job.job_id })),
    );
    const refused = answers.filter(answer => answer.status === 'rejected');
    const [first] = refused;
    if (first) {
      toast.error(problemText(t, first.reason));
    }
    if (refused.length < answers.length) {
      toast(t('verify.startedMany', { count: answers.length - refused.length }));
      onSelectAll(false);
    }
  };
  return (
    <div className={classes['selection']} data-some={some || undefined}>
      <Checkbox
        label={some ? t('history.selected', { count: jobs.length }) : t('history.selectAll')}
        checked={jobs.length === all.length}
        indeterminate={some && jobs.length < all.length}
        onChange={event => onSelectAll(event.currentTarget.checked)}
      />
      {some && (
        <div className={classes['selectionActions']} role="group" aria-label={t('history.selectionActions')}>
          <Allowed permission="backup.add_backupjob">
            <Button
              variant="default"
              size="xs"
              leftSection={<ShieldCheck size={16} aria-hidden />}
              onClick={() => void verifyAll()}
            >
              {t('action.verify')}
            </Button>
          </Allowed>
          <Allowed permission="backup.delete_backupjob">
            <Button
              variant="default"
              size="xs"
              leftSection={<Trash2 size={16} aria-hidden />}
              onClick={() => onDelete(jobs)}
            >
              {t('action.delete')}
            </Button>
          </Allowed>
        </div>
      )}
    </div>
  );
}
