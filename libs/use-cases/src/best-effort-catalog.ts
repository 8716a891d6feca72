import type { BackupCatalog } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';

/**
 * Asks the catalog where its answer is welcome but not needed: a backup is made and restored without it. What goes
 * wrong becomes a warning, said once; a catalog that is out of reach is not asked again in the same run.
 */
export class BestEffortCatalog {
  readonly warnings: string[] = [];
  #outOfReach = false;

  constructor(private readonly catalog: BackupCatalog) {}

  /** Whether it was found to be; it is not asked again then. */
  get outOfReach(): boolean {
    return this.#outOfReach;
  }

  /**
   * @returns what the call returns, `undefined` if it failed
   * @throws BackupError `conflict`: the catalog was reached, and says that this must not run now
   */
  async attempt<T>(call: (catalog: BackupCatalog) => Promise<T>): Promise<T | undefined> {
    if (this.#outOfReach) return undefined;
    try {
      return await call(this.catalog);
    } catch (thrown) {
      const error = toBackupError(thrown);
      if (error.kind === 'conflict') throw error;
      this.#outOfReach = error.kind === 'unavailable';
      this.warnings.push(
        `The catalog could not be used: ${error.message} ` +
          'Backups and their files are not affected; "backup_system catalog rebuild" catches up later.',
      );
      return undefined;
    }
  }
}
