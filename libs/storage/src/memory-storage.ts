import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  BackupStorage,
  throwIfCancelled,
  type ObjectStat,
  type StorageKey,
  type StoredObject,
} from '@satchel/domain';
import { Abortable } from './abortable.js';
import { resolveRange, type ByteRange } from './byte-range.js';
import { checkStorageKey } from './check-storage-key.js';
import { alreadyStored, notStored } from './key-error.js';
import { pullBody } from './pull-body.js';
import { readBlocks } from './read-blocks.js';

/** Keeps objects in memory, for tests: they are gone with the process, and they take as much memory as they are large. */
export class MemoryStorage extends BackupStorage {
  readonly #objects = new Map<StorageKey, { readonly bytes: Buffer; readonly modifiedAt: Date }>();

  override async write(
    key: StorageKey,
    body: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<StoredObject> {
    checkStorageKey(key);
    using stop = new Abortable(signal);
    if (this.#objects.has(key)) throw alreadyStored(key);
    const chunks: Buffer[] = [];
    // Copied, because a body may use its buffer again.
    for await (const chunk of pullBody(body, stop)) chunks.push(Buffer.from(chunk));
    throwIfCancelled(signal);
    if (this.#objects.has(key)) throw alreadyStored(key);
    const bytes = Buffer.concat(chunks);
    this.#objects.set(key, { bytes, modifiedAt: new Date() });
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    return { key, sizeBytes: bytes.length, digest };
  }

  override async read(key: StorageKey, range?: ByteRange, signal?: AbortSignal): Promise<Readable> {
    checkStorageKey(key);
    throwIfCancelled(signal);
    const object = this.#objects.get(key);
    if (!object) throw notStored(key);
    const { offset, length } = resolveRange(key, object.bytes.length, range);
    return readBlocks(
      {
        offset,
        length,
        // A copy, because the receiver may change what it is given.
        read: async (at, size) => Buffer.from(object.bytes.subarray(at, at + size)),
        close: async () => undefined,
      },
      signal,
    );
  }

  override async stat(key: StorageKey): Promise<ObjectStat | null> {
    checkStorageKey(key);
    const object = this.#objects.get(key);
    return object ? { key, sizeBytes: object.bytes.length, modifiedAt: object.modifiedAt } : null;
  }

  override async *list(prefix = ''): AsyncGenerator<ObjectStat, void, undefined> {
    for (const [key, { bytes, modifiedAt }] of this.#objects) {
      if (key.startsWith(prefix)) yield { key, sizeBytes: bytes.length, modifiedAt };
    }
  }

  override async remove(key: StorageKey): Promise<void> {
    checkStorageKey(key);
    this.#objects.delete(key);
  }
}
