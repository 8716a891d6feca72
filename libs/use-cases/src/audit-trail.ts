import type { AuditLog, AuditOutcome, NewAuditEvent } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';
import { outcomeOf, type AuditedAction } from './audit/audited.js';
import type { BestEffortCatalog } from './best-effort-catalog.js';

/**
 * Records what is done to backups, as well as can be: a backup is made and restored without the catalog, and so without
 * the audit log in it. What could not be recorded becomes a warning, never a failure.
 */
export class AuditTrail {
  readonly warnings: string[] = [];

  /** @param catalog is in the same database: where it was out of reach a moment ago the log is not asked */
  constructor(
    private readonly log: AuditLog,
    private readonly catalog?: BestEffortCatalog,
  ) {}

  /**
   * Does something and records how it ended, with the kind of error if there was one.
   *
   * @param learn what else is known once it is done
   */
  async run<T extends { readonly warnings: readonly string[] }>(
    action: AuditedAction,
    act: () => Promise<T>,
    learn: (result: T) => Readonly<Record<string, unknown>>,
  ): Promise<T> {
    let result: T;
    try {
      result = await act();
    } catch (thrown) {
      await this.failed(action, thrown);
      throw thrown;
    }
    await this.record(action, 'success', learn(result));
    return { ...result, warnings: [...result.warnings, ...this.warnings] };
  }

  async failed(action: AuditedAction, thrown: unknown): Promise<void> {
    const { kind } = toBackupError(thrown);
    await this.record(action, outcomeOf(kind), { error: kind });
  }

  async record(
    action: AuditedAction,
    outcome: AuditOutcome,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    if (this.catalog?.outOfReach) {
      this.#warn('the catalog, which it is in, is out of reach.');
      return;
    }
    const event: NewAuditEvent = { ...action, outcome, details: { ...action.details, ...more } };
    try {
      await this.log.record(event);
    } catch (thrown) {
      this.#warn(toBackupError(thrown).message);
    }
  }

  /** Once, however many entries were lost. */
  #warn(reason: string): void {
    if (this.warnings.length === 0) this.warnings.push(`This is not in the audit log: ${reason}`);
  }
}
