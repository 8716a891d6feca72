import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { BackupFile } from '@satchel/use-cases';
import { BackupError } from '@satchel/domain';

/** A file that is held open, so that it stays the same even if somebody replaces or removes it meanwhile. */
export class OpenedFile implements BackupFile {
  constructor(
    readonly name: string,
    readonly sizeBytes: number,
    private readonly handle: FileHandle,
  ) {}

  open(range?: { readonly start: number; readonly end?: number }): Promise<Readable> {
    const end = Math.min(range?.end ?? this.sizeBytes - 1, this.sizeBytes - 1);
    return Promise.resolve(
      this.handle.createReadStream({
        start: range?.start ?? 0,
        end,
        autoClose: false,
        highWaterMark: 256 * 1024,
      }),
    );
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** @throws BackupError `too_large`, with the setting that would allow it */
export function refuseTooLarge(name: string, sizeBytes: number | null, maxBytes: number): never {
  const size = sizeBytes === null ? `more than ${maxBytes}` : String(sizeBytes);
  throw new BackupError(
    'too_large',
    `${name} has ${size} bytes, and MAX_BACKUP_FILE_SIZE allows ${maxBytes}. ` +
      `If you trust it, set MAX_BACKUP_FILE_SIZE${sizeBytes === null ? ' higher' : `=${sizeBytes}`} and run again.`,
    { setting: 'MAX_BACKUP_FILE_SIZE', limitBytes: maxBytes, sizeBytes },
  );
}
