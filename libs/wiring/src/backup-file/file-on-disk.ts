import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { BackupError } from '@satchel/domain';
import { unpackedLimit } from '@satchel/use-cases';
import { OpenedFile, refuseTooLarge } from './opened-file.js';
import { spoolToDisk } from './spool-to-disk.js';

export interface OpenFileOptions {
  /** Largest size in bytes; null for none, where a manifest vouches for the file. */
  readonly maxBytes: number | null;
  /** Largest size of what is read from a pipe, in bytes. */
  readonly maxPipeBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a backup file that a person named. A pipe (`<(…)`, `/dev/stdin`) is spooled first.
 *
 * @throws BackupError `not_found`, `validation_error` for a folder, `permission_error`, `invalid_backup` if it is
 *   empty, `too_large`
 */
export async function fileOnDisk(path: string, options: OpenFileOptions): Promise<OpenedFile> {
  const name = basename(path);
  const handle = await openToRead(path);
  try {
    const facts = await handle.stat();
    if (facts.isDirectory()) {
      throw new BackupError('validation_error', `${path} is a folder; name the backup file in it.`, {
        parameter: 'file',
        file: path,
      });
    }
    if (!facts.isFile()) {
      const input = handle.createReadStream({ autoClose: false });
      const spooled = await spoolToDisk(input, {
        name,
        maxBytes: options.maxPipeBytes,
        signal: options.signal,
      });
      await handle.close();
      return spooled;
    }
    if (facts.size === 0) {
      throw new BackupError(
        'invalid_backup',
        `${path} is empty (0 bytes): the program that wrote it did not finish.`,
        { file: path },
      );
    }
    if (options.maxBytes !== null && facts.size > options.maxBytes) {
      refuseTooLarge(path, facts.size, options.maxBytes);
    }
    return options.maxBytes === null
      ? new OpenedFile(name, facts.size, handle)
      : new OpenedFile(name, facts.size, handle, unpackedLimit(facts.size));
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
}

/** Whether something is at the path; what is there is not looked at. */
export async function isOnDisk(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new BackupError(
        'not_found',
        `There is no file ${resolve(path)}. Check the path; "backup_system list" shows the stored backups.`,
        { parameter: 'file', file: path },
        { cause },
      );
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw new BackupError(
        'permission_error',
        `${path} may not be read by this user; change its permissions or run as its owner.`,
        { parameter: 'file', file: path },
        { cause },
      );
    }
    throw new BackupError(
      'unavailable',
      `${path} cannot be opened (${String(code)}).`,
      { parameter: 'file', file: path },
      { cause },
    );
  }
}
