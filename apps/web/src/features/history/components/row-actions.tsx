import { Menu } from '@mantine/core';
import { ArchiveRestore, Download, FileSearch, Pin, PinOff, ShieldCheck, Trash2 } from 'lucide-react';
import { Link } from 'react-router';
import type { JobSummary, Permission } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import { useText } from '../../../texts/use-text.js';
import { ActionMenu } from '../../../ui/action-menu.js';
import { downloadAddress } from '../../backups/api/download-address.js';
import { jobSubject } from '../../jobs/job-words.js';
import classes from '../history.module.css';
import { isStoredBackup } from '../is-stored-backup.js';

/** What is done with a job, by whoever shows the list: a menu is gone before the answer is there. */
export interface RowDeeds {
  readonly onVerify: (job: JobSummary) => void;
  readonly onDelete: (job: JobSummary) => void;
  readonly onPin: (job: JobSummary) => void;
  readonly onUnpin: (job: JobSummary) => void;
}

interface RowActionsProps {
  readonly job: JobSummary;
  readonly can: (permission: Permission) => boolean;
  readonly pinned: boolean;
  readonly deeds: RowDeeds;
}

/** What can be done with one job; what a person may not do is not offered. */
export function RowActions({ job, can, pinned, deeds }: RowActionsProps) {
  const { t } = useText();
  const backupId = job.backup_id ?? job.job_id;
  const stored = isStoredBackup(job);
  return (
    <div className={classes['actions']}>
      <ActionMenu label={t('history.actionsFor', { name: jobSubject(t, job) })}>
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
          <Menu.Item leftSection={<ShieldCheck size={16} aria-hidden />} onClick={() => deeds.onVerify(job)}>
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
            {pinned ? (
              <Menu.Item leftSection={<PinOff size={16} aria-hidden />} onClick={() => deeds.onUnpin(job)}>
                {t('pin.unpin')}
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<Pin size={16} aria-hidden />} onClick={() => deeds.onPin(job)}>
                {t('pin.pin')}
              </Menu.Item>
            )}
            <Menu.Divider />
            <Menu.Item
              className="tone-bad"
              style={{ color: 'var(--bad)' }}
              leftSection={<Trash2 size={16} aria-hidden />}
              onClick={() => deeds.onDelete(job)}
            >
              {t('action.delete')}
            </Menu.Item>
          </>
        )}
      </ActionMenu>
    </div>
  );
}
