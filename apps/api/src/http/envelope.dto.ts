import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { ErrorKind } from '@satchel/domain';
import { ERROR_KINDS } from '@satchel/domain';
import { z } from 'zod';
import { ERROR_STATUS } from './error-status.js';

export const TIMESTAMP = z.iso.datetime().meta({ examples: ['2026-03-01T09:15:00.000Z'] });

/** The body of every error. */
export const ERROR_ENVELOPE = z
  .object({
    status: z.literal('error'),
    message: z.string(),
    error_type: z.enum(ERROR_KINDS),
    details: z.record(z.string(), z.unknown()).optional(),
    request_id: z.string().optional(),
    timestamp: TIMESTAMP,
  })
  .meta({ id: 'ErrorEnvelope' });

/** The body of every success around what a route answers. */
export function envelopeOf<T extends z.ZodType>(data: T) {
  return z.object({
    status: z.literal('success'),
    message: z.string(),
    data,
    warnings: z.array(z.string()).optional(),
    timestamp: TIMESTAMP,
  });
}

/** Documents a success. */
export function ApiReply(
  data: z.ZodType,
  { status = 200, description }: { status?: number; description: string },
): MethodDecorator {
  return ApiResponse({ status, description, standardSchema: envelopeOf(data) });
}

/** Says when a kind of error comes, where its own description is not enough. */
const WHEN: Readonly<Record<ErrorKind, string>> = {
  validation_error: 'A parameter is wrong; `details` says which, and what is allowed.',
  auth_error: 'Not signed in, or the session has ended.',
  permission_error: 'Not allowed.',
  csrf_error: 'A request that a cookie authorises lacks its CSRF token.',
  not_found: 'There is no such thing.',
  conflict: 'Something is in the way; the message says what.',
  cancelled: 'Stopped by a person.',
  too_large: 'Over a limit, which the message names.',
  invalid_backup: 'Damaged, cut off, or not a backup.',
  unsupported: 'A newer format, or an older server.',
  wrong_key: 'Cannot be decrypted with what was given.',
  restore_failed:
    'The database would refuse a row: table, key, column and reason are named. Nothing has changed.',
  rate_limited: 'Too many requests; `Retry-After` says how long to wait.',
  unavailable: 'Database, queue or storage out of reach; try again later.',
  system_error: 'A bug; the log has it under `request_id`.',
};

/** Documents errors, each with the body that comes with it. */
export function ApiErrors(...kinds: readonly ErrorKind[]): MethodDecorator & ClassDecorator {
  const statuses = [...new Set(kinds.map(kind => ERROR_STATUS[kind]))];
  return applyDecorators(
    ...statuses.map(status =>
      ApiResponse({
        status,
        description: kinds
          .filter(kind => ERROR_STATUS[kind] === status)
          .map(kind => `\`${kind}\`: ${WHEN[kind]}`)
          .join('\n\n'),
        standardSchema: ERROR_ENVELOPE,
      }),
    ),
  );
}
