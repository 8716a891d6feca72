import {
  CopyStore,
  Destinations,
  type BackupId,
  type BackupStorage,
  type Copy,
  type CopyFilter,
  type OpenDestination,
} from '@satchel/domain';

/** What is known of copies, in memory: for tests that need no database. Keeps the contract, see its spec. */
export class MemoryCopyStore extends CopyStore {
  readonly #copies = new Map<string, Copy>();
  readonly #claimed = new Set<string>();

  override async find({ backupIds, destination, states }: CopyFilter = {}): Promise<readonly Copy[]> {
    return [...this.#copies.values()]
      .filter(
        copy =>
          (backupIds === undefined || backupIds.includes(copy.backupId)) &&
          (destination === undefined || copy.destination === destination) &&
          (states === undefined || states.includes(copy.state)) &&
          (copy.state !== 'removed' || copy.nextTryAt !== null),
      )
      .sort((a, b) => lastReadMs(a) - lastReadMs(b));
  }

  override async save(copy: Copy, { revive = false }: { readonly revive?: boolean } = {}): Promise<boolean> {
    const id = `${copy.backupId} ${copy.destination}`;
    const removed = this.#copies.get(id)?.state === 'removed';
    if (removed && copy.state !== 'removed' && !revive) return false;
    this.#copies.set(id, copy);
    return true;
  }

  override async forget(backupId: BackupId, destination: string): Promise<void> {
    const id = `${backupId} ${destination}`;
    if (this.#copies.get(id)?.state !== 'removed') this.#copies.delete(id);
  }

  override async claim<T>(
    backupId: BackupId,
    destination: string,
    work: () => Promise<T>,
  ): Promise<T | null> {
    const id = `${backupId} ${destination}`;
    if (this.#claimed.has(id)) return null;
    this.#claimed.add(id);
    try {
      return await work();
    } finally {
      this.#claimed.delete(id);
    }
  }
}

function lastReadMs({ verifiedAt, storedAt }: Copy): number {
  return (verifiedAt ?? storedAt)?.getTime() ?? 0;
}

/** Destinations of a test, by name; the first is the primary. */
export class TestDestinations extends Destinations {
  readonly all: Destinations['all'];

  constructor(storages: Readonly<Record<string, BackupStorage>>) {
    super();
    const [primary, ...others] = Object.entries(storages).map(([name, storage]): OpenDestination => ({
      name,
      kind: 'local',
      location: `/srv/${name}`,
      storage,
      probe: () =>
        Promise.resolve({ location: `/srv/${name}`, writable: true, problem: null, freeBytes: null }),
      sweep: () => Promise.resolve(0),
      scratch: () => ({ storage, remove: () => Promise.resolve() }),
    }));
    if (primary === undefined) throw new Error('there has to be a primary');
    this.all = [primary, ...others];
  }
}
