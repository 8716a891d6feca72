import { ApiResponse, DECORATORS } from '@nestjs/swagger';
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

const EXAMPLE_MESSAGES: Readonly<Partial<Record<ErrorKind, string>>> = {
  validation_error: 'A field is wrong: backup_type: must be one of full, students, financial, teachers.',
  auth_error: 'You are not signed in, or your session has ended. Sign in again.',
  permission_error:
    'You may not do this: it needs the permission backup.add_restorejob. Ask an administrator for it.',
  csrf_error: 'The header X-CSRF-Token is missing. Load the page again, and repeat what you did.',
  rate_limited: 'Too many requests. Wait a moment and try again.',
};

const EXAMPLE_DETAILS: Readonly<Partial<Record<ErrorKind, Readonly<Record<string, unknown>>>>> = {
  validation_error: {
    fields: [{ field: 'backup_type', problem: 'must be one of full, students, financial, teachers' }],
  },
  permission_error: { permission: 'backup.add_restorejob' },
  rate_limited: { retry_after_seconds: 12 },
};

const DOCUMENTED = 'satchel:documented-errors';

/**
 * Documents errors, each with the body that comes with it. Several decorators of one route add up: each kind is described
 * once, under its status.
 */
export function ApiErrors(...kinds: readonly ErrorKind[]): MethodDecorator {
  return (target, key, descriptor) => {
    const method = descriptor.value as object;
    const known = (Reflect.getOwnMetadata(DOCUMENTED, method) ?? []) as readonly ErrorKind[];
    const all = ERROR_KINDS.filter(kind => known.includes(kind) || kinds.includes(kind));
    Reflect.defineMetadata(DOCUMENTED, all, method);
    // Swagger would append to what is there; it is written anew instead.
    const responses = { ...(Reflect.getOwnMetadata(DECORATORS.API_RESPONSE, method) as object | undefined) };
    for (const kind of all) delete (responses as Record<string, unknown>)[ERROR_STATUS[kind]];
    Reflect.defineMetadata(DECORATORS.API_RESPONSE, responses, method);
    for (const kind of all) {
      ApiResponse({
        status: ERROR_STATUS[kind],
        description: `\`${kind}\`: ${WHEN[kind]}`,
        standardSchema: ERROR_ENVELOPE,
        examples: { [kind]: { summary: WHEN[kind], value: exampleOf(kind) } },
      })(target, key, descriptor);
    }
  };
}

function exampleOf(kind: ErrorKind): z.input<typeof ERROR_ENVELOPE> {
  return {
    status: 'error',
    message: EXAMPLE_MESSAGES[kind] ?? WHEN[kind],
    error_type: kind,
    ...(EXAMPLE_DETAILS[kind] && { details: EXAMPLE_DETAILS[kind] }),
    request_id: '0f9d6a52-7c1e-4a52-9a0e-2f4f5f8e6c11',
    timestamp: '2026-03-01T09:15:00.000Z',
  };
}
