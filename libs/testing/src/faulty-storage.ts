import { Readable } from 'node:stream';
import {
  BackupError,
  BackupStorage,
  type ObjectStat,
  type StorageKey,
  type StoredObject,
} from '@satchel/domain';

/** What can go wrong with a storage. */
export type StorageFault =
  /** The connection is refused. */
  | { readonly kind: 'refused' }
  /** The server asks to slow down. */
  | { readonly kind: 'throttled' }
  /** Nothing happens until then. */
  | { readonly kind: 'slow'; readonly until: Promise<void> }
  /** The connection ends after so many bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** There is room for so many bytes. */
  | { readonly kind: 'full'; readonly afterBytes: number }
  /** One byte becomes another, on the way in or out, and nobody notices. */
  | { readonly kind: 'changed'; readonly atByte: number };

export type StorageMethod = 'write' | 'read' | 'stat' | 'list' | 'remove';

interface Planned {
  readonly method: StorageMethod;
  readonly fault: StorageFault;
  readonly when: (key: StorageKey) => boolean;
}

/** A storage that fails as it is told to: a planned fault hits the next call that it is for, once. */
export class FaultyStorage extends BackupStorage {
  readonly #planned: Planned[] = [];

  constructor(private readonly inner: BackupStorage) {
    super();
  }

  /** @param when for which keys; any without it */
  fail(method: StorageMethod, fault: StorageFault, when: (key: StorageKey) => boolean = () => true): this {
    this.#planned.push({ method, fault, when });
    return this;
  }

  /** Faults that have not hit anything yet; a test whose faults are left over has tested something else. */
  get leftOver(): readonly StorageFault[] {
    return this.#planned.map(({ fault }) => fault);
  }

  override async write(
    key: StorageKey,
    body: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<StoredObject> {
    const fault = await this.#take('write', key);
    return this.inner.write(key, fault === null ? body : spoiled(body, fault), signal);
  }

  override async read(
    key: StorageKey,
    range?: { start: number; end?: number },
    signal?: AbortSignal,
  ): Promise<Readable> {
    const fault = await this.#take('read', key);
    const stream = await this.inner.read(key, range, signal);
    return fault === null ? stream : Readable.from(spoiled(stream, fault), { objectMode: false });
  }

  override async stat(key: StorageKey): Promise<ObjectStat | null> {
    await this.#take('stat', key);
    return this.inner.stat(key);
  }

  override async *list(prefix = ''): AsyncGenerator<ObjectStat, void, undefined> {
    await this.#take('list', prefix);
    yield* this.inner.list(prefix);
  }

  override async remove(key: StorageKey): Promise<void> {
    await this.#take('remove', key);
    return this.inner.remove(key);
  }

  /** @returns what is to happen to bytes; null if nothing is */
  async #take(method: StorageMethod, key: StorageKey): Promise<StorageFault | null> {
    const index = this.#planned.findIndex(planned => planned.method === method && planned.when(key));
    const [planned] = index < 0 ? [] : this.#planned.splice(index, 1);
    if (planned === undefined) return null;
    const { fault } = planned;
    if (fault.kind === 'refused') throw new BackupError('unavailable', 'The connection was refused.');
    if (fault.kind === 'throttled') throw new BackupError('unavailable', 'The storage asks to slow down.');
    if (fault.kind === 'slow') {
      await fault.until;
      return null;
    }
    return fault;
  }
}

async function* spoiled(
  body: AsyncIterable<Uint8Array>,
  fault: StorageFault,
): AsyncGenerator<Uint8Array, void, undefined> {
  let passed = 0;
  for await (const chunk of body) {
    const after = passed + chunk.length;
    if ((fault.kind === 'cut' || fault.kind === 'full') && after > fault.afterBytes) {
      yield chunk.subarray(0, fault.afterBytes - passed);
      throw fault.kind === 'full'
        ? new BackupError('unavailable', 'No space is left.')
        : new BackupError('unavailable', 'The connection ended half way.');
    }
    if (fault.kind === 'changed' && fault.atByte >= passed && fault.atByte < after) {
      const changed = Uint8Array.from(chunk);
      changed[fault.atByte - passed] = (changed[fault.atByte - passed] ?? 0) ^ 1;
      yield changed;
    } else yield chunk;
    passed = after;
  }
}
