import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackupError } from '@satchel/domain';
import { errorCode } from './storage-error.js';

/**
 * Makes a folder, and those above it, for their owner alone, if they are missing; they then survive a power failure.
 *
 * @throws the file system's error, or BackupError `validation_error` if something else stands in its place
 */
export async function prepareFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (firstMade !== undefined) {
    for (let path = folder; path !== dirname(firstMade); path = dirname(path)) {
      await syncFolder(dirname(path));
    }
  }
  if ((await stat(folder)).isDirectory()) return;
  throw new BackupError('validation_error', 'BACKUP_DIR is not a folder. Set it to one.', {
    setting: 'BACKUP_DIR',
    folder,
  });
}

/** Makes names that were given or removed in a folder survive a power failure, where the system can do that. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(ignoreUnsupported);
  if (!handle) return;
  try {
    await handle.sync();
  } catch (error) {
    ignoreUnsupported(error);
  } finally {
    await handle.close();
  }
}

/** Windows cannot open folders, some network file systems cannot sync them, some folders may be written but not read. */
function ignoreUnsupported(error: unknown): undefined {
  if (!['EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
}
