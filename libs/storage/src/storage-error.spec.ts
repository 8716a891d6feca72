import { BackupError } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { toStorageError } from './storage-error.js';

describe('toStorageError', () => {
  it.each([
    ['ENOSPC', 'unavailable', /Free some space/],
    ['EDQUOT', 'unavailable', /Free some space/],
    ['EFBIG', 'unavailable', /another disk/],
    ['EROFS', 'unavailable', /read-only/],
    ['EACCES', 'unavailable', /permission/],
    ['EIO', 'unavailable', /Check the disk/],
    ['EMFILE', 'unavailable', /limit of open files/],
    ['ENOTDIR', 'validation_error', /not a folder/],
    ['ENAMETOOLONG', 'validation_error', /shorter name/],
    ['EWHATEVER', 'system_error', /EWHATEVER/],
  ])('turns %s into %s, with advice and the setting', (code, kind, message) => {
    const cause = Object.assign(new Error(`${code}: open '/srv/x'`), { code });
    const error = toStorageError(cause, '/srv');
    expect(error).toMatchObject({ kind, cause, context: { setting: 'BACKUP_DIR', folder: '/srv', code } });
    expect(error.message).toMatch(message);
    expect(error.message).toContain('BACKUP_DIR');
    expect(error.message).not.toContain('/srv');
  });

  it('keeps an error that is ours', () => {
    const error = new BackupError('conflict', 'taken');
    expect(toStorageError(error, '/srv')).toBe(error);
  });

  it('keeps what it does not know as the cause', () => {
    expect(toStorageError('odd', '/srv')).toMatchObject({ kind: 'system_error', cause: 'odd' });
  });
});
