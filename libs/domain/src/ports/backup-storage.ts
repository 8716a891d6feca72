import type { Readable } from 'node:stream';
import type { StorageKey } from '../backup/storage-key.js';

export interface StoredObject {
  readonly key: StorageKey;
  readonly sizeBytes: number;
  /** `sha256:` over the bytes, read back from the storage after writing where `write` returns it. */
  readonly digest: string;
}

export interface ObjectStat {
  readonly key: StorageKey;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/**
 * A place for archives and manifests. Any adapter guarantees:
 *
 * - `write` is atomic and durable: a key is listed only once its whole body is stored and synced; a process that is
 *   killed half way leaves nothing under the key. It reads the stored bytes back and throws `system_error` if they are not those that
 *   it was given. An existing key is never overwritten: `conflict`.
 * - `read` yields exactly the stored bytes; of a missing key it throws `not_found`, before the first byte.
 * - `remove` of a missing key succeeds.
 * - `list` yields finished keys only, in no particular order.
 * - A key is one path segment; anything else (`../x`, an empty name, a NUL) is a `validation_error`.
 * - No space left, no permission: `unavailable`, with a message that says what to do; the partial object is gone.
 * - Memory does not grow with the object. An aborted `signal` stops within a second and leaves nothing.
 */
export abstract class BackupStorage {
  abstract write(
    key: StorageKey,
    body: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<StoredObject>;
  /**
   * @param range first and last byte, both included; an end past the last byte means the last byte
   * @throws BackupError `validation_error` for a range that holds no byte of the object
   */
  abstract read(
    key: StorageKey,
    range?: { start: number; end?: number },
    signal?: AbortSignal,
  ): Promise<Readable>;
  abstract stat(key: StorageKey): Promise<ObjectStat | null>;
  abstract list(prefix?: string): AsyncIterable<ObjectStat>;
  abstract remove(key: StorageKey): Promise<void>;
}
