import type { AuditLog, AuditOutcome, ErrorKind, NewAuditEvent } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';

/** What is done, before it is known how it ends. */
export type AuditedAction = Omit<NewAuditEvent, 'outcome'>;

/** How the audit log calls an end with an error. */
export function outcomeOf(kind: ErrorKind): AuditOutcome {
  switch (kind) {
    case 'cancelled':
      return 'cancelled';
    case 'auth_error':
    case 'permission_error':
    case 'csrf_error':
    case 'rate_limited':
      return 'refused';
    default:
      return 'failed';
  }
}

/**
 * Does something and records how it ended. What was done and cannot be recorded is an error: the log is in the same
 * database as what is changed here, so one is rarely out of reach without the other.
 *
 * @param learn what else is known once it is done
 */
export async function audited<T>(
  log: AuditLog,
  action: AuditedAction,
  act: () => Promise<T>,
  learn: (result: T) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<T> {
  let result: T;
  try {
    result = await act();
  } catch (thrown) {
    const { kind } = toBackupError(thrown);
    const details = { ...action.details, error: kind };
    // The first error is the one to tell.
    await log.record({ ...action, outcome: outcomeOf(kind), details }).catch(() => undefined);
    throw thrown;
  }
  await log.record({ ...action, outcome: 'success', details: { ...action.details, ...learn(result) } });
  return result;
}
