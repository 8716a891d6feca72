import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode, toStorageError } from './storage-error.js';

/** Space on the disk that a folder is on, in bytes. */
export interface DiskSpace {
  /** What this user may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * Asks how much space a folder's disk has. A folder that is not there yet is asked for where it would be made.
 *
 * @throws BackupError as the storage does, naming BACKUP_DIR
 */
export async function freeSpace(folder: string): Promise<DiskSpace> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    try {
      const { bavail, blocks, bsize } = await statfs(path);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || path === dirname(path)) throw toStorageError(error, folder);
    }
  }
}
