import { expect, it } from 'vitest';
import { BackupError, toBackupError } from '../errors.js';
import { toJobError } from './job-error.js';

it('keeps kind, message and what helps a person', () => {
  const error = new BackupError('restore_failed', 'Row 7 has no class.', {
    table: 'student',
    key: { id: 7 },
  });
  expect(toJobError(error)).toEqual({
    kind: 'restore_failed',
    message: 'Row 7 has no class.',
    context: { table: 'student', key: { id: 7 } },
  });
});

it('leaves folders of the server out', () => {
  const error = new BackupError('unavailable', 'No space is left.', {
    setting: 'BACKUP_DIR',
    folder: '/srv/b',
  });
  expect(toJobError(error).context).toEqual({ setting: 'BACKUP_DIR' });
});

it('says nothing of what an unforeseen error said', () => {
  const error = toBackupError(new Error('ENOENT: no such file, open /srv/secret'));
  expect(JSON.stringify(toJobError(error))).not.toContain('/srv');
});
