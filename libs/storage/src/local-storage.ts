import { constants } from 'node:fs';
import { lstat, open, opendir, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import {
  BackupError,
  BackupStorage,
  throwIfCancelled,
  type ObjectStat,
  type StorageKey,
  type StoredObject,
} from '@satchel/domain';
import { Abortable } from './abortable.js';
import { resolveRange, type ByteRange } from './byte-range.js';
import { checkStorageKey, isStorageKey } from './check-storage-key.js';
import { alreadyStored, notStored } from './key-error.js';
import { PartialFile } from './partial-file.js';
import { prepareFolder, syncFolder } from './prepare-folder.js';
import { pullBody } from './pull-body.js';
import { readBlocks } from './read-blocks.js';
import { errorCode, toStorageError } from './storage-error.js';
import { sweepPartialFiles } from './sweep-partial-files.js';

/**
 * Keeps objects as files of one folder, readable by their owner alone.
 *
 * A body goes to a hidden partial file first, which is synced, read back, and only then given its name by a hard link:
 * the one step that makes it visible, and that fails where the name is taken. Everything in the folder that is not a
 * plain file with a key's name (`.gitkeep`, partial files, folders, symbolic links) is as if it were not there.
 */
export class LocalStorage extends BackupStorage {
  readonly #folder: string;
  readonly #setting: string;
  #prepared: Promise<void> | undefined;

  /**
   * @param folder  made at the first write if missing
   * @param setting what names the folder, for messages
   */
  constructor(folder: string, setting = 'BACKUP_DIR') {
    super();
    this.#folder = resolve(folder);
    this.#setting = setting;
  }

  override async write(
    key: StorageKey,
    body: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<StoredObject> {
    checkStorageKey(key);
    using stop = new Abortable(signal);
    await this.#guard(this.#prepare());
    // Asked before the body is read, which may take hours; the link below asks again.
    if (await this.#guard(exists(this.#path(key)))) throw alreadyStored(key);
    const partial = await this.#guard(PartialFile.create(this.#folder, key));
    try {
      for await (const chunk of pullBody(body, stop)) await this.#guard(partial.append(chunk));
      const written = await stop.race(this.#guard(partial.finish()));
      const stored = await this.#guard(partial.readBack(stop));
      if (stored.digest !== written.digest || stored.sizeBytes !== written.sizeBytes) throw notAsGiven(key);
      throwIfCancelled(signal);
      await this.#guard(partial.publish(this.#path(key), key));
      return { key, ...stored };
    } catch (error) {
      await partial.discard();
      throw error;
    }
  }

  override async read(key: StorageKey, range?: ByteRange, signal?: AbortSignal): Promise<Readable> {
    checkStorageKey(key);
    throwIfCancelled(signal);
    const handle = await this.#openFile(key);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw notStored(key);
      const { offset, length } = resolveRange(key, stats.size, range);
      return readBlocks(
        {
          offset,
          length,
          read: async (at, size) => {
            const block = Buffer.allocUnsafeSlow(size);
            const { bytesRead } = await this.#guard(handle.read(block, 0, size, at));
            return block.subarray(0, bytesRead);
          },
          close: () => handle.close(),
        },
        signal,
      );
    } catch (error) {
      await handle.close();
      throw toStorageError(error, this.#folder, this.#setting);
    }
  }

  override async stat(key: StorageKey): Promise<ObjectStat | null> {
    checkStorageKey(key);
    return this.#guard(this.#statFile(key));
  }

  override async *list(prefix = ''): AsyncGenerator<ObjectStat, void, undefined> {
    const folder = await this.#guard(opendir(this.#folder).catch(missingAsNull));
    if (!folder) return;
    try {
      for await (const entry of folder) {
        if (!entry.name.startsWith(prefix) || !isStorageKey(entry.name)) continue;
        const found = await this.#statFile(entry.name);
        if (found) yield found;
      }
    } catch (error) {
      throw toStorageError(error, this.#folder, this.#setting);
    }
  }

  override async remove(key: StorageKey): Promise<void> {
    checkStorageKey(key);
    await this.#guard(this.#unlinkFile(key));
  }

  #path(key: StorageKey): string {
    return join(this.#folder, key);
  }

  /** Once per storage; after a failure the next write tries again. */
  #prepare(): Promise<void> {
    this.#prepared ??= prepareFolder(this.#folder).then(
      () => this.#sweep(),
      (error: unknown) => {
        this.#prepared = undefined;
        throw error;
      },
    );
    return this.#prepared;
  }

  /** A left-over file of another user, which this one may not remove, must not keep a backup from being made. */
  async #sweep(): Promise<void> {
    await sweepPartialFiles(this.#folder).catch(() => undefined);
  }

  async #openFile(key: StorageKey): ReturnType<typeof open> {
    // Without following a link, and without waiting for a writer should it be a pipe.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    try {
      return await open(this.#path(key), flags);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ELOOP') throw notStored(key);
      if (code !== 'ENOENT') throw toStorageError(error, this.#folder, this.#setting);
      if (await exists(this.#folder)) throw notStored(key);
      throw new BackupError(
        'not_found',
        `There is no stored file ${key}, since the backup folder does not exist. Check BACKUP_DIR, and that its disk is there.`,
        { key, setting: 'BACKUP_DIR', folder: this.#folder },
        { cause: error },
      );
    }
  }

  async #statFile(key: StorageKey): Promise<ObjectStat | null> {
    const stats = await lstat(this.#path(key)).catch(missingAsNull);
    return stats?.isFile() ? { key, sizeBytes: stats.size, modifiedAt: stats.mtime } : null;
  }

  async #unlinkFile(key: StorageKey): Promise<void> {
    if (!(await this.#statFile(key))) return;
    await unlink(this.#path(key)).catch(missingAsNull);
    await syncFolder(this.#folder);
  }

  /** Turns the operating system's errors of one step into ours; a body's own errors never come through here. */
  async #guard<T>(step: Promise<T>): Promise<T> {
    try {
      return await step;
    } catch (error) {
      throw toStorageError(error, this.#folder, this.#setting);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(missingAsNull)) !== null;
}

function missingAsNull(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function notAsGiven(key: StorageKey): BackupError {
  return new BackupError(
    'system_error',
    `What was stored as ${key} is not what was written: the disk or the memory is faulty, or another program changed the file. It has been removed; check the disk of BACKUP_DIR.`,
    { key, setting: 'BACKUP_DIR' },
  );
}
