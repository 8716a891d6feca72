import type { ChoreLedger } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';
import type { JobLog } from './job-log.js';
import { Repeater } from './repeater.js';

/** Something that has to be done again and again, by one process however many there are. */
export interface Chore {
  readonly name: string;
  /** How often; also how long it takes until another process goes on after the one at it has died. */
  readonly everyMs: number;
  /** Must bear being cut off at any moment, and being done twice. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** Of a chore's interval: how often it is asked for, so that it is done about on time. */
const ASKED_SHARE = 0.5;

/** Of a chore's interval: how often the process at it shows that it lives. */
const KEPT_SHARE = 0.3;

/**
 * Does chores for as long as the process runs. Each is asked for in the ledger, so that one process does it; one that fails
 * is logged and done again the next time, and holds up no other.
 */
export class Housekeeping {
  readonly #end = new AbortController();
  readonly #repeaters: readonly Repeater[];

  constructor(ledger: ChoreLedger, chores: readonly Chore[], log: JobLog) {
    this.#repeaters = chores.map(
      chore =>
        new Repeater(
          () => this.#do(chore, ledger),
          chore.everyMs * ASKED_SHARE,
          error => {
            if (this.#end.signal.aborted) return;
            log.warn(
              { chore: chore.name, errorType: toBackupError(error).kind, err: error },
              `The chore "${chore.name}" failed; it is tried again.`,
            );
          },
        ),
    );
  }

  start(): void {
    for (const repeater of this.#repeaters) repeater.start();
  }

  /** Stops what is being done. @returns when it has ended */
  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#repeaters.map(repeater => repeater.stop()));
  }

  async #do({ name, everyMs, run }: Chore, ledger: ChoreLedger): Promise<void> {
    if (!(await ledger.claim(name, everyMs))) return;
    // That the process lives is shown however long the chore takes; a ledger out of reach must not end it.
    const keeper = new Repeater(
      () => ledger.keep(name),
      everyMs * KEPT_SHARE,
      () => undefined,
    );
    keeper.start(everyMs * KEPT_SHARE);
    try {
      await run(this.#end.signal);
    } finally {
      await keeper.stop();
    }
  }
}
