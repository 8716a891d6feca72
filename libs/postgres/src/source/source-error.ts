import { BackupError, type ErrorContext } from '@satchel/domain';
import { fromPostgresError } from '../connection/index.js';
import { sqlState } from '../connection/postgres-error.js';

export interface SourceErrorOptions {
  readonly context?: ErrorContext | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Turns an error of reading into a `BackupError`; some of the server's errors mean another thing than when writing. */
export function toSourceError(
  error: unknown,
  { context = {}, signal }: SourceErrorOptions = {},
): BackupError {
  const state = sqlState(error);
  const translated = fromPostgresError(error, { ...context, signal });
  if (state === null || translated.kind === 'cancelled') return translated;
  const table = typeof context['table'] === 'string' ? ` of ${context['table']}` : '';
  if (state === '22021' || state === '22P05') {
    return new BackupError(
      'unsupported',
      `A text${table} cannot be written as UTF-8: it is not valid in the database's encoding (SQL_ASCII databases hold ` +
        'whatever bytes they were given) or its characters have no counterpart. Correct it, or leave the table out.',
      translated.context,
      { cause: translated.cause },
    );
  }
  if (state === '40001') {
    return new BackupError(
      'unavailable',
      'The standby server removed rows that the backup still needed. Try again, set hot_standby_feedback or raise ' +
        'max_standby_streaming_delay there, or read from the primary server.',
      translated.context,
      { cause: translated.cause },
    );
  }
  if (translated.kind === 'restore_failed') {
    return new BackupError(
      'system_error',
      `The server could not read the rows${table} (SQLSTATE ${state}); its log says more.`,
      translated.context,
      { cause: translated.cause },
    );
  }
  return translated;
}
