import type { z } from 'zod';
import { attachment } from '../http/content-disposition.js';
import { entityTag } from '../http/entity-tag.js';
import type { ERROR_ENVELOPE } from '../http/envelope.dto.js';
import { BACKUP_FILE } from '../job/job.examples.js';

/** Bytes have no example; what is said about them has. */
export const BYTES = {
  'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
} as const;

const TEXT = { type: 'string' } as const;

export const FILE_HEADERS = {
  'Content-Disposition': {
    description: 'The name to store it under.',
    schema: TEXT,
    example: attachment(BACKUP_FILE.file),
  },
  ETag: {
    description: "The digest of the file's bytes.",
    schema: TEXT,
    example: entityTag(BACKUP_FILE.digest),
  },
  'Accept-Ranges': { description: 'Parts may be asked for.', schema: TEXT, example: 'bytes' },
} as const;

export const PART_HEADERS = {
  'Content-Range': {
    description: 'Which part it is, and of how many bytes.',
    schema: TEXT,
    example: `bytes 1000-1999/${BACKUP_FILE.size_bytes}`,
  },
} as const;

export const UNSATISFIABLE_RANGE = {
  status: 'error',
  message: `The part that was asked for is not in the file, which has ${BACKUP_FILE.size_bytes} bytes.`,
  error_type: 'validation_error',
  details: { parameter: 'Range', size_bytes: BACKUP_FILE.size_bytes },
  request_id: '0f9d6a52-7c1e-4a52-9a0e-2f4f5f8e6c11',
  timestamp: '2026-03-01T09:15:00.000Z',
} satisfies z.input<typeof ERROR_ENVELOPE>;
