import type { AlarmOutbox } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';
import type { RaiseAlarms } from './raise-alarms.js';
import { withinPatience } from './within-patience.js';

const PATIENCE_MS = 10_000;

/** Looks that must fail one after the other: a server that is started anew is away for a moment. */
const FAILED_LOOKS = 2;

const CATALOG = { kind: 'service_down', subject: 'catalog' } as const;

/**
 * Looks whether the catalog is there. All other watching needs it, to know who watches and what is known; so this is done by
 * each process that serves people, past it.
 */
export class WatchCatalog {
  #failed = 0;

  constructor(
    private readonly outbox: AlarmOutbox,
    private readonly raise: RaiseAlarms,
  ) {}

  /** Never throws. */
  async run(): Promise<void> {
    try {
      await withinPatience(PATIENCE_MS, this.outbox.summary());
    } catch (thrown) {
      this.#failed += 1;
      const facts = { error: toBackupError(thrown).kind };
      if (this.#failed >= FAILED_LOOKS) await this.raise.raiseDirectly({ ...CATALOG, facts });
      return;
    }
    if (this.#failed >= FAILED_LOOKS) await this.raise.resolve(CATALOG);
    this.#failed = 0;
    await this.raise.handOver();
  }
}
