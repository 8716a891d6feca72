/**
 * The closed list of what can go wrong, as the outside sees it: `error_type` over HTTP, an exit code on the command
 * line, a field in the logs. Each edge maps every kind (`Record<ErrorKind, number>`), so a new kind does not compile
 * until all of them answer.
 */
export const ERROR_KINDS = [
  'validation_error',
  'auth_error',
  'permission_error',
  'csrf_error',
  'not_found',
  'conflict',
  'cancelled',
  'too_large',
  'invalid_backup',
  'unsupported',
  'wrong_key',
  'restore_failed',
  'rate_limited',
  'unavailable',
  'system_error',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** What helps a person to act: which setting, table, key, column, byte. Never a secret; a row's values only by its key. */
export type ErrorContext = Readonly<Record<string, unknown>>;

/**
 * The one error that crosses a port. Adapters turn driver errors into it; nobody above them reads a driver's code.
 * The message says what failed, on which thing, and what to try.
 */
export class BackupError extends Error {
  override readonly name = 'BackupError';

  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly context: ErrorContext = {},
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** Turns whatever was thrown into a `BackupError`; what nobody foresaw becomes `system_error`, with its cause kept. */
export function toBackupError(thrown: unknown): BackupError {
  if (thrown instanceof BackupError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new BackupError(
      'cancelled',
      'Stopped before it was done; nothing was changed.',
      {},
      { cause: thrown },
    );
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new BackupError('system_error', `Unexpected error: ${reason}`, {}, { cause: thrown });
}

/** Throws `cancelled` if a person has asked to stop. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw signal.reason instanceof BackupError
      ? signal.reason
      : new BackupError('cancelled', 'Stopped on request; nothing was changed.');
  }
}
