import type { ApiResponseNoStatusOptions } from '@nestjs/swagger';
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

/** The moment of every example. */
const EXAMPLE_TIMESTAMP = '2026-03-01T09:15:00.000Z';

/** What a success looks like, without what all of them have. */
export interface ReplyExample<T> {
  readonly message: string;
  readonly data: T;
  readonly warnings?: string[];
}

export interface DocumentedReply<T extends z.ZodType> {
  readonly status?: number;
  readonly description: string;
  readonly example: ReplyExample<z.input<T>>;
  readonly headers?: NonNullable<ApiResponseNoStatusOptions['headers']>;
}

/** Documents a success, with the whole body of one. */
export function ApiReply<T extends z.ZodType>(
  data: T,
  { status = 200, description, example, headers }: DocumentedReply<T>,
): MethodDecorator {
  return ApiResponse({
    status,
    description,
    ...(headers && { headers }),
    standardSchema: envelopeOf(data),
    examples: {
      success: {
        summary: description,
        value: { status: 'success', ...example, timestamp: EXAMPLE_TIMESTAMP },
      },
    },
  });
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

/** What the server says, and the details that go with it, where each kind is met most. */
const EXAMPLES: Readonly<
  Record<ErrorKind, { readonly message: string; readonly details?: Readonly<Record<string, unknown>> }>
> = {
  validation_error: {
    message: 'A field is wrong: backup_type: must be one of full, students, financial, teachers.',
    details: {
      fields: [{ field: 'backup_type', problem: 'must be one of full, students, financial, teachers' }],
    },
  },
  auth_error: { message: 'You are not signed in, or your session has ended. Sign in again.' },
  permission_error: {
    message:
      'You may not do this: it needs the permission backup.add_restorejob. Ask an administrator for it.',
    details: { permission: 'backup.add_restorejob' },
  },
  csrf_error: {
    message: 'The header X-CSRF-Token is missing. Load the page again, and repeat what you did.',
  },
  not_found: {
    message: 'There is no backup 5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21.',
    details: { backup_id: '5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21' },
  },
  conflict: {
    message: 'The backup 5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21 is still being made; wait until it is done.',
    details: { backup_id: '5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21', state: 'running' },
  },
  cancelled: { message: 'Stopped by m.larsen; nothing was changed.', details: { stopped_by: 'm.larsen' } },
  too_large: {
    message: 'school.json is larger than 104857600 bytes, the most that is taken (MAX_BACKUP_FILE_SIZE).',
    details: { setting: 'MAX_BACKUP_FILE_SIZE', max_bytes: 104_857_600 },
  },
  invalid_backup: { message: 'school.json is empty (0 bytes). Choose the backup file again.' },
  unsupported: { message: 'This file was written by a newer version, in a format that is not known here.' },
  wrong_key: { message: 'The file cannot be decrypted with the keys of this installation.' },
  restore_failed: {
    message: 'The database refuses a row of public.students_student; nothing was changed.',
    details: { table: 'public.students_student', key: { id: '412' }, column: 'email' },
  },
  rate_limited: {
    message: 'Too many requests. Wait a moment and try again.',
    details: { retry_after_seconds: 12 },
  },
  unavailable: {
    message: 'The database cannot be reached. Try again in a moment.',
  },
  system_error: {
    message:
      'Something went wrong on our side; nothing more is known here. The log has the details under this request id.',
  },
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
        standardSchema: ERROR_ENVELOPE,
        ...describeError(kind),
      })(target, key, descriptor);
    }
  };
}

/** What OpenAPI says of a kind of error: when it comes, and a body of it. */
export function describeError(kind: ErrorKind) {
  return {
    description: `\`${kind}\`: ${WHEN[kind]}`,
    examples: { [kind]: { summary: WHEN[kind], value: exampleOf(kind) } },
  };
}

function exampleOf(kind: ErrorKind): z.input<typeof ERROR_ENVELOPE> {
  return {
    status: 'error',
    ...EXAMPLES[kind],
    error_type: kind,
    request_id: '0f9d6a52-7c1e-4a52-9a0e-2f4f5f8e6c11',
    timestamp: EXAMPLE_TIMESTAMP,
  };
}
