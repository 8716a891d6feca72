import { BackupError } from '@satchel/domain';

/** What a log line says of an error and of what caused it. */
export interface LoggedError {
  readonly type: string;
  readonly message?: string;
  /** Of our own errors: see `ErrorKind`. */
  readonly kind?: string;
  readonly context?: object;
  /** `ENOENT`, `ECONNREFUSED`, an SQLSTATE. */
  readonly code?: string;
  /** Where it was thrown; without the message, which a stack begins with. */
  readonly stack?: readonly string[];
  readonly cause?: LoggedError;
}

/** Causes of causes that are told, at most. */
const MOST_CAUSES = 5;

/**
 * Makes an error fit for the log. PostgreSQL puts values of rows into the words of its errors (`Key (name)=(…) already
 * exists`), so of such an error only its code is told; what it means stands in ours, which it caused.
 */
export function logError(thrown: unknown, causes = MOST_CAUSES): LoggedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  // Only its own error class has both; a connection that cannot be made is an error of the system.
  const fromPostgres = 'severity' in thrown && 'routine' in thrown;
  return {
    type: thrown.name,
    ...(fromPostgres ? {} : { message: thrown.message }),
    ...(thrown instanceof BackupError ? { kind: thrown.kind, context: thrown.context } : {}),
    ...(code === undefined ? {} : { code }),
    stack: framesOf(thrown),
    ...(thrown.cause === undefined || causes === 0 ? {} : { cause: logError(thrown.cause, causes - 1) }),
  };
}

function framesOf({ stack }: Error): string[] {
  return (stack ?? '').split('\n').flatMap(line => (/^ {4}at /.test(line) ? [line.trim()] : []));
}
