import { createHash } from 'node:crypto';
import { link, lstat, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StorageKey, StoredObject } from '@satchel/domain';
import type { Abortable } from './abortable.js';
import { alreadyStored } from './key-error.js';
import { partialFileName } from './partial-file-name.js';
import { syncFolder } from './prepare-folder.js';
import { errorCode } from './storage-error.js';

/** Bytes that are written, and read back, at a time. */
const BLOCK_BYTES = 1_048_576;

/** Bytes after which what is written is brought to the disk while more comes, so that little of it is left to wait for at the end. */
const SYNC_EVERY_BYTES = 16 * BLOCK_BYTES;

/** How often a file is touched while its body lasts: a stalled one must not be taken for abandoned after an hour. */
const TOUCH_EVERY_MS = 300_000;

/** What `link` answers on FAT and on some network shares. */
const WITHOUT_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

type Content = Omit<StoredObject, 'key'>;

/** A file on its way: append, finish, readBack, publish; or discard, at any time. */
export class PartialFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #touching: NodeJS.Timeout;
  readonly #hash = createHash('sha256');
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #blockBytes = 0;
  #sizeBytes = 0;
  #unsyncedBytes = 0;
  #syncing: Promise<void> | null = null;
  #syncFailure: { readonly error: unknown } | null = null;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
    this.#touching = setInterval(() => {
      const now = new Date();
      handle.utimes(now, now).catch(() => undefined);
    }, TOUCH_EVERY_MS).unref();
  }

  static async create(folder: string, key: StorageKey): Promise<PartialFile> {
    const path = join(folder, partialFileName(key));
    return new PartialFile(path, await open(path, 'wx+', 0o600));
  }

  /** Takes the next bytes; when it returns, they are written or copied, and the chunk may be used again. */
  async append(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    if (this.#blockBytes + chunk.length > BLOCK_BYTES) await this.#flush();
    if (chunk.length >= BLOCK_BYTES) {
      await this.#writeOut(chunk);
    } else {
      this.#block.set(chunk, this.#blockBytes);
      this.#blockBytes += chunk.length;
    }
  }

  /** Brings all bytes to the disk. @returns what was appended */
  async finish(): Promise<Content> {
    await this.#flush();
    await this.#syncing;
    this.#throwIfNotSynced();
    await this.#handle.sync();
    return { sizeBytes: this.#sizeBytes, digest: `sha256:${this.#hash.digest('hex')}` };
  }

  /** Reads the whole file. @returns what it holds */
  async readBack(stop: Abortable): Promise<Content> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await stop.race(this.#handle.read(this.#block, 0, BLOCK_BYTES, sizeBytes));
      if (bytesRead === 0) return { sizeBytes, digest: `sha256:${hash.digest('hex')}` };
      hash.update(this.#block.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  }

  /** Gives the file its name, for good. @throws BackupError `conflict` if the name is taken */
  async publish(path: string, key: StorageKey): Promise<void> {
    clearInterval(this.#touching);
    await this.#handle.close();
    await this.#giveName(path, key);
    try {
      await syncFolder(dirname(path));
    } catch (error) {
      // Not known to last, so it must not look finished.
      await unlink(path).catch(() => undefined);
      throw error;
    }
  }

  /** Removes the file. Never throws: what failed before is what matters, and a later sweep finds what stays. */
  async discard(): Promise<void> {
    clearInterval(this.#touching);
    await unlink(this.#path).catch(() => undefined);
    // Not waited for: closing waits for a sync that is under way, and an abort must not.
    this.#handle.close().catch(() => undefined);
  }

  async #giveName(path: string, key: StorageKey): Promise<void> {
    try {
      await link(this.#path, path);
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (code === 'EEXIST') throw alreadyStored(key);
      if (!WITHOUT_LINKS.includes(code)) throw error;
      return this.#renameTo(path, key);
    }
    await unlink(this.#path).catch(() => undefined);
  }

  /** For disks without hard links: between look and rename another process might take the name. */
  async #renameTo(path: string, key: StorageKey): Promise<void> {
    const taken = await lstat(path).then(
      () => true,
      () => false,
    );
    if (taken) throw alreadyStored(key);
    await rename(this.#path, path);
  }

  async #flush(): Promise<void> {
    const block = this.#block.subarray(0, this.#blockBytes);
    this.#blockBytes = 0;
    await this.#writeOut(block);
  }

  async #writeOut(bytes: Uint8Array): Promise<void> {
    this.#throwIfNotSynced();
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#sizeBytes);
      done += bytesWritten;
      this.#sizeBytes += bytesWritten;
    }
    this.#unsyncedBytes += done;
    if (this.#unsyncedBytes >= SYNC_EVERY_BYTES) this.#syncBehind();
  }

  /** Begins to bring what was written to the disk, unless that is being done for what was written before. */
  #syncBehind(): void {
    if (this.#syncing !== null) return;
    this.#unsyncedBytes = 0;
    this.#syncing = this.#handle.datasync().then(
      () => {
        this.#syncing = null;
      },
      // Kept: the system tells of bytes that it could not write only once.
      (error: unknown) => {
        this.#syncFailure = { error };
      },
    );
  }

  #throwIfNotSynced(): void {
    if (this.#syncFailure !== null) throw this.#syncFailure.error;
  }
}
