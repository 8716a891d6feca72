import type { Copy } from '@satchel/domain';

/** A backup in one destination, with the contract's names. */
export function copyData(copy: Copy) {
  return {
    destination: copy.destination,
    state: copy.state,
    stored_at: copy.storedAt?.toISOString() ?? null,
    verified_at: copy.verifiedAt?.toISOString() ?? null,
    attempts: copy.attempts,
    next_try_at: copy.nextTryAt?.toISOString() ?? null,
    error: copy.error === null ? null : { error_type: copy.error.kind, message: copy.error.message },
  };
}
