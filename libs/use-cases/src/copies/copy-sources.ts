import type {
  BackupId,
  BackupStorage,
  CopyStore,
  Destinations,
  OpenDestination,
  StorageKey,
} from '@satchel/domain';
import { BackupError, toBackupError } from '@satchel/domain';
import { readStoredAnywhere, type StoredAnywhere } from './stored-anywhere.js';

/**
 * Says where a backup is looked for: in the primary destination first, then in the others; where its copy is known to be
 * damaged or missing, last.
 */
export class CopySources {
  constructor(
    private readonly destinations: Destinations,
    private readonly copies: CopyStore,
  ) {}

  get areSeveral(): boolean {
    return this.destinations.all.length > 1;
  }

  /** Whether a storage of that name in the catalog is one of ours. */
  hasLocation(location: string): boolean {
    return this.destinations.all.some(destination => destination.location === location);
  }

  /**
   * All backups, wherever they are.
   *
   * @throws BackupError what is wrong with the primary, if all destinations are out of reach; `cancelled`
   */
  async stored(signal?: AbortSignal): Promise<StoredAnywhere> {
    const { all } = this.destinations;
    // As below: without the catalog nothing is known of copies.
    const owed = all.length === 1 ? [] : await this.copies.find({ states: ['removed'] }).catch(() => []);
    const isOwed = (file: string, name: string) =>
      owed.some(copy => copy.file === file && copy.destination === name);
    return await readStoredAnywhere(all, isOwed, signal);
  }

  /**
   * Tries to find something in one destination after another, until it is found.
   *
   * @param backupId whose copies are known, perhaps; null if it is not known yet
   * @throws BackupError what was wrong with the first
   */
  async findIn<T>(
    backupId: BackupId | null,
    find: (storage: BackupStorage, destination: OpenDestination) => Promise<T>,
  ): Promise<T> {
    let problem: unknown;
    for (const destination of await this.#inOrder(backupId)) {
      try {
        return await find(destination.storage, destination);
      } catch (thrown) {
        if (toBackupError(thrown).kind === 'cancelled') throw thrown;
        problem ??= thrown;
      }
    }
    throw problem;
  }

  /**
   * Whether any destination has an archive with all its bytes.
   *
   * @throws BackupError what is wrong with the first destination, if it cannot be asked and no other has it
   */
  async hasWhole(backupId: BackupId, file: StorageKey, sizeBytes: number | null): Promise<boolean> {
    try {
      await this.findIn(backupId, async storage => {
        if ((await storage.stat(file))?.sizeBytes === sizeBytes) return;
        throw new BackupError('not_found', `${file} is not there as it was written.`, { file });
      });
      return true;
    } catch (thrown) {
      if (toBackupError(thrown).kind === 'not_found') return false;
      throw thrown;
    }
  }

  /** A restore must not need the catalog: where it does not answer, nothing is known of copies. */
  async #inOrder(backupId: BackupId | null): Promise<readonly OpenDestination[]> {
    const { all } = this.destinations;
    if (backupId === null || all.length === 1) return all;
    const copies = await this.copies
      .find({ backupIds: [backupId], states: ['damaged', 'missing'] })
      .catch(() => []);
    const bad = new Set(copies.map(({ destination }) => destination));
    return all.toSorted((a, b) => Number(bad.has(a.name)) - Number(bad.has(b.name)));
  }
}
