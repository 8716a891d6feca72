import { Button, Checkbox } from '@mantine/core';
import { ShieldCheck, Trash2 } from 'lucide-react';
import type { JobSummary } from '@satchel/api-client';
import { Allowed } from '../../../lib/permission.js';
import { useText } from '../../../texts/use-text.js';
import { VerifyDialog } from '../../backups/components/verify-dialog.js';
import { useVerify } from '../../backups/use-verify.js';
import classes from '../history.module.css';
import { toVerify } from '../to-verify.js';

interface SelectionBarProps {
  readonly all: readonly JobSummary[];
  readonly selection: ReadonlyMap<string, JobSummary>;
  readonly onSelectAll: (all: boolean) => void;
  readonly onDelete: (jobs: readonly JobSummary[]) => void;
}

/** Selects several backups of the page, and acts on them. */
export function SelectionBar({ all, selection, onSelectAll, onDelete }: SelectionBarProps) {
  const { t } = useText();
  const { verify, isPending, dialog } = useVerify(() => onSelectAll(false));
  const jobs = [...selection.values()];
  const some = jobs.length > 0;
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
              loading={isPending && dialog.question === null}
              onClick={() => void verify(jobs.map(job => toVerify(t, job)))}
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
      <VerifyDialog {...dialog} />
    </div>
  );
}
