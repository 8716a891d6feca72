import { HttpException } from '@nestjs/common';
import type { ErrorKind } from '@satchel/domain';
import { BackupError, toBackupError } from '@satchel/domain';

/** What NestJS and Express say with a status, in our words. */
const KIND_OF_STATUS: Readonly<Record<number, ErrorKind>> = {
  400: 'validation_error',
  401: 'auth_error',
  403: 'permission_error',
  404: 'not_found',
  405: 'not_found',
  408: 'validation_error',
  413: 'too_large',
  415: 'validation_error',
  429: 'rate_limited',
  503: 'unavailable',
};

const MESSAGES: Readonly<Partial<Record<ErrorKind, string>>> = {
  auth_error: 'You are not signed in, or your session has ended. Sign in again.',
  permission_error: 'You may not do this. Ask an administrator for the permission.',
  not_found: 'There is nothing at this address.',
  too_large: 'The request is too large.',
  rate_limited: 'Too many requests. Wait a moment and try again.',
  unavailable: 'Not available at the moment. Try again in a moment.',
  validation_error: 'The request could not be read.',
};

/** Turns whatever a request ended with into one of our errors; a library's own words are never passed on. */
export function toHttpError(thrown: unknown): BackupError {
  if (thrown instanceof BackupError) return thrown;
  const kind = KIND_OF_STATUS[statusOf(thrown) ?? 0];
  if (kind === undefined) return toBackupError(thrown);
  return new BackupError(kind, MESSAGES[kind] ?? 'The request failed.', {}, { cause: thrown });
}

/** NestJS's exceptions have `getStatus`; those of body parsers and Express a number. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (!(thrown instanceof Error) || !('status' in thrown)) return undefined;
  return typeof thrown.status === 'number' ? thrown.status : undefined;
}
