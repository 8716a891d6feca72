import type { AuditLog, Clock, Destinations, OpenDestination, RunOptions } from '@satchel/domain';
import { BackupError, STORAGE_CHECKS, SYSTEM_ACTOR, throwIfCancelled } from '@satchel/domain';
import { AuditTrail } from '../audit-trail.js';

export interface CheckedPromise {
  readonly name: string;
  readonly passed: boolean;
  /** What is wrong, for a person; null if nothing is. */
  readonly problem: string | null;
  readonly tookMs: number;
}

export interface CheckDestinationResult {
  readonly destination: string;
  readonly location: string;
  readonly passed: boolean;
  readonly checks: readonly CheckedPromise[];
  readonly warnings: readonly string[];
}

/** How far a storage over a network may run ahead: the parts that it has under way, and what the network holds. */
const MOST_HELD_BYTES = 48 * 1_048_576;

/**
 * Tries all that a storage must do on somebody's own folder or bucket, below a random name of its own, where no backup is.
 * These are the very checks that the product's own storages are built against. What they leave is removed.
 *
 * @throws BackupError `not_found` for a destination that the settings do not name, `cancelled`
 */
export class CheckDestination {
  constructor(
    private readonly destinations: Destinations,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @param name the primary without it */
  async run(
    { name }: { readonly name?: string | undefined },
    options: RunOptions & { readonly onChecked?: (check: CheckedPromise) => void } = {},
  ): Promise<CheckDestinationResult> {
    const destination = this.#find(name);
    const action = {
      actor: options.actor ?? SYSTEM_ACTOR,
      action: 'storage.check' as const,
      subject: null,
      details: { destination: destination.name },
    };
    return await new AuditTrail(this.audit).run(
      action,
      () => this.#check(destination, options),
      ({ checks }) => ({ failed: checks.filter(({ passed }) => !passed).length, checks: checks.length }),
    );
  }

  #find(name: string | undefined): OpenDestination {
    const { all } = this.destinations;
    const found = name === undefined ? all[0] : all.find(destination => destination.name === name);
    if (found) return found;
    throw new BackupError(
      'not_found',
      `There is no destination ${JSON.stringify(name)}; BACKUP_DESTINATIONS names ${all.map(destination => destination.name).join(', ')}.`,
      { parameter: 'destination', setting: 'BACKUP_DESTINATIONS' },
    );
  }

  async #check(
    destination: OpenDestination,
    { signal, onChecked }: RunOptions & { readonly onChecked?: (check: CheckedPromise) => void },
  ): Promise<CheckDestinationResult> {
    const { name, location } = destination;
    const checks: CheckedPromise[] = [];
    const warnings: string[] = [];
    for (const check of STORAGE_CHECKS) {
      throwIfCancelled(signal);
      const scratch = destination.scratch();
      const startedMs = this.clock.now().getTime();
      let problem: string | null = null;
      try {
        await check.run({ storage: scratch.storage, mostHeldBytes: MOST_HELD_BYTES });
      } catch (thrown) {
        problem = thrown instanceof Error ? thrown.message : String(thrown);
      }
      const tookMs = this.clock.now().getTime() - startedMs;
      const checked = { name: check.name, passed: problem === null, problem, tookMs };
      checks.push(checked);
      onChecked?.(checked);
      await scratch.remove().catch((thrown: unknown) => {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        if (warnings.length === 0)
          warnings.push(`What the checks have written could not be removed: ${message}`);
      });
      // A storage that is out of reach fails every check, each after its own wait.
      if (checks.length === 1 && problem !== null && !(await destination.probe()).writable) break;
    }
    return { destination: name, location, passed: checks.every(({ passed }) => passed), checks, warnings };
  }
}
