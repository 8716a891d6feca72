import { BackupError } from '@satchel/domain/errors';
import type { MovedError } from './encoder-messages.js';

/** Turns an error into what can move to another thread. */
export function moveError(error: unknown): MovedError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return error instanceof BackupError
    ? { kind: error.kind, message, context: error.context, stack }
    : { kind: null, message, context: {}, stack };
}

/** Makes the error again that was thrown in the other thread. */
export function arrivedError({ kind, message, context, stack }: MovedError): Error {
  const error = kind === null ? new Error(message) : new BackupError(kind, message, context);
  if (stack !== undefined) error.stack = stack;
  return error;
}
