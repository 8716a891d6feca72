import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BackupFile } from '@satchel/use-cases';
import { BackupError } from '@satchel/domain';

const CHUNK_BYTES = 256 * 1024;

/** A file that is held open, so that it stays the same even if somebody replaces or removes it meanwhile. */
export class OpenedFile implements BackupFile {
  constructor(
    readonly name: string,
    readonly sizeBytes: number,
    private readonly handle: FileHandle,
    readonly maxUnpackedBytes?: number,
  ) {}

  open(range?: { readonly start: number; readonly end?: number }): Promise<Readable> {
    const end = Math.min(range?.end ?? this.sizeBytes - 1, this.sizeBytes - 1);
    return Promise.resolve(Readable.from(this.#read(range?.start ?? 0, end), { objectMode: false }));
  }

  /** Not the handle's own stream: that one closes the file when its reader stops early, and the file is read again. */
  async *#read(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = start; at <= end;) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end + 1 - at));
      const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
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
