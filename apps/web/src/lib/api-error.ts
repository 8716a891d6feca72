import type { ErrorKind } from './contract.js';

/** `offline`: no answer came at all. */
export type ApiErrorKind = ErrorKind | 'offline';

/** What a request ended with, other than success. The message is the server's and meant for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly kind: ApiErrorKind,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly facts: { readonly requestId?: string; readonly retryAfterSeconds?: number } = {},
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

export function isApiError(thrown: unknown, ...kinds: readonly ApiErrorKind[]): thrown is ApiError {
  return thrown instanceof ApiError && (kinds.length === 0 || kinds.includes(thrown.kind));
}
