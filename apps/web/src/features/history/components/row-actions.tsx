import { Menu } from '@mantine/core';
import { ArchiveRestore, Download, FileSearch, Pin, PinOff, ShieldCheck, Trash2 } from 'lucide-react';
import { Link } from 'react-router';
import toast from 'react-hot-toast';
import { problemText } from '../../../lib/problem-text.js';
import type { JobSummary } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import { useCan } from '../../../lib/permission.js';
import { useText } from '../../../texts/use-text.js';
import { ActionMenu } from '../../../ui/action-menu.js';
import { downloadAddress } from '../../backups/api/download-address.js';
import { useVerifyBackup } from '../../backups/api/verify-backup.js';
import { jobSubject } from '../../jobs/job-words.js';
import { usePin, useUnpinBackup } from '../../retention/api/pins.js';
import classes from '../history.module.css';
import { isStoredBackup } from '../is-stored-backup.js';

interface RowActionsProps {
  readonly job: JobSummary;
  readonly onDelete: () => void;
  readonly onPin: () => void;
}

/** What can be done with one job; what a person may not do is not offered. */
export function RowActions({ job, onDelete, onPin }: RowActionsProps) {
  const { t } = useText();
  const can = useCan();
  const verify = useVerifyBackup();
  const name = jobSubject(t, job);
  const backupId = job.backup_id ?? job.job_id;
  const stored = isStoredBackup(job);
  return (
    <div className={classes['actions']}>
      <ActionMenu label={t('history.actionsFor', { name })}>
        <Menu.Item
          component={Link}
          to={paths.job(job.job_id)}
          leftSection={<FileSearch size={16} aria-hidden />}
        >
          {t('toast.details')}
        </Menu.Item>
        {stored && (
          <Menu.Item
            component="a"
            href={downloadAddress(backupId)}
            download
            leftSection={<Download size={16} aria-hidden />}
          >
            {t('action.download')}
          </Menu.Item>
        )}
        {stored && can('backup.add_backupjob') && (
          <Menu.Item
            leftSection={<ShieldCheck size={16} aria-hidden />}
            onClick={() =>
              verify.mutate(
                { backupId },
                {
                  onSuccess: () => toast(t('verify.started', { name })),
                  onError: error => toast.error(problemText(t, error)),
                },
              )
            }
          >
            {t('action.verify')}
          </Menu.Item>
        )}
        {stored && job.backup_type !== 'safety' && can('backup.add_restorejob') && (
          <Menu.Item
            component={Link}
            to={paths.restoreOf(backupId)}
            leftSection={<ArchiveRestore size={16} aria-hidden />}
          >
            {t('action.restore')}
          </Menu.Item>
        )}
        {stored && can('backup.delete_backupjob') && (
          <>
            <PinItem backupId={backupId} onPin={onPin} />
            <Menu.Divider />
            <Menu.Item
              className="tone-bad"
              style={{ color: 'var(--bad)' }}
              leftSection={<Trash2 size={16} aria-hidden />}
              onClick={onDelete}
            >
              {t('action.delete')}
            </Menu.Item>
          </>
        )}
      </ActionMenu>
    </div>
  );
}

/** Pins a backup, or lets go of one. */
function PinItem({ backupId, onPin }: { backupId: string; onPin: () => void }) {
  const { t } = useText();
  const pin = usePin(backupId);
  const unpin = useUnpinBackup();
  if (pin === null) {
    return (
      <Menu.Item leftSection={<Pin size={16} aria-hidden />} onClick={onPin}>
        {t('pin.pin')}
      </Menu.Item>
    );
  }
  return (
    <Menu.Item
      leftSection={<PinOff size={16} aria-hidden />}
      onClick={() =>
        unpin.mutate(backupId, {
          onSuccess: () => toast.success(t('pin.undone')),
          onError: error => toast.error(problemText(t, error)),
        })
      }
    >
      {t('pin.unpin')}
    </Menu.Item>
  );
}
