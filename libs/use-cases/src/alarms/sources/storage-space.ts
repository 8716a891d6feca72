import type { AlarmCause, AlarmSource } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import type { ServerStatus } from '../../server-status.js';

/** Full in so many days at the present rate is soon: long enough to buy a disk. */
const SOON_DAYS = 7;

/** Percent that must be free again before it is well: at the very limit it would be told every minute. */
const EASE_PERCENT = 3;

/** Whether the storage is nearly full: by share, by forecast, or because the next backup will not fit. */
export class StorageSpace implements AlarmSource {
  readonly name = 'storage space';
  readonly kinds = ['storage_nearly_full'] as const;
  #full = false;

  constructor(
    private readonly status: Pick<ServerStatus, 'run'>,
    private readonly limitPercent: number,
  ) {}

  async look(): Promise<readonly AlarmCause[]> {
    const { storage, newest, daysUntilFull } = await this.status.run();
    if (!storage.reachable) throw new BackupError(storage.kind, storage.problem);
    const { freeBytes, totalBytes = null } = storage.value;
    if (freeBytes === null) return [];
    const usedPercent =
      totalBytes === null || totalBytes === 0 ? null : Math.round((1 - freeBytes / totalBytes) * 100);
    const sizes = newest.reachable ? newest.value.map(({ record }) => record?.sizeBytes ?? 0) : [];
    const limit = this.#full ? this.limitPercent - EASE_PERCENT : this.limitPercent;
    this.#full =
      (usedPercent !== null && usedPercent >= limit) ||
      (daysUntilFull !== null && daysUntilFull <= SOON_DAYS) ||
      freeBytes < Math.max(0, ...sizes);
    const facts = { usedPercent, freeBytes, daysUntilFull };
    return this.#full ? [{ kind: 'storage_nearly_full', subject: 'backups', facts }] : [];
  }
}
