import { COMPRESSIONS, MAX_NAME_LENGTH } from '@satchel/domain';
import { z } from 'zod';
import { CHOSEN_DESTINATIONS, CHOSEN_DESTINATIONS_TEXT, COPY } from '../destination/destination.dto.js';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { ID } from '../http/ids.js';
import { KEY_FIELDS } from '../restore/key-fields.js';
import { DEFINITION, ENCRYPTION, OMITTED_OBJECTS, TABLE_ROWS } from '../job/report.dto.js';

const COUNT = z.int().min(0);

/** Connections that one backup may read with. */
const MAX_CONNECTIONS = 16;

export const CREATE_BACKUP = z
  .strictObject({
    backup_type: z.string().min(1).max(100).describe('One of the configured types; see `types`.'),
    backup_name: z
      .string()
      .max(MAX_NAME_LENGTH * 4)
      .nullable()
      .default(null)
      .describe(`1 to ${MAX_NAME_LENGTH} letters, digits, spaces, "_", "-" or ".".`),
    compression: z.enum(COMPRESSIONS).default('zstd'),
    jobs: z.int().min(1).max(MAX_CONNECTIONS).default(1).describe('Connections to read with.'),
    destinations: CHOSEN_DESTINATIONS.default(null).describe(
      `Where the backup is kept. ${CHOSEN_DESTINATIONS_TEXT}`,
    ),
  })
  .meta({
    id: 'CreateBackup',
    examples: [{ backup_type: 'full', backup_name: 'before the new term', compression: 'zstd' }],
  });
export type CreateBackupBody = z.output<typeof CREATE_BACKUP>;

export const VERIFY_BACKUP = z.strictObject(KEY_FIELDS).optional().meta({ id: 'VerifyOptions' });
export type VerifyBackupBody = z.output<typeof VERIFY_BACKUP>;

export const BACKUP_TYPE = z
  .object({
    backup_type: z.string(),
    title: z.string(),
    estimated_rows: COUNT,
    size_bytes: COUNT.describe('In the database, with indexes left out.'),
    tables: z.array(
      z.object({ schema: z.string(), name: z.string(), estimated_rows: COUNT, size_bytes: COUNT }),
    ),
  })
  .meta({ id: 'BackupType' });

export const BACKUP_DETAILS = z
  .object({
    backup_id: ID,
    backup_type: z.string(),
    backup_name: z.string().nullable(),
    created_at: TIMESTAMP,
    created_by: z.string().nullable(),
    product: z.string().describe('Product and version that wrote it.'),
    file: z.string(),
    size_bytes: COUNT,
    digest: z.string(),
    compression: z.enum(COMPRESSIONS),
    encryption: ENCRYPTION.nullable().describe('Null: the file is not encrypted.'),
    started_at: TIMESTAMP,
    finished_at: TIMESTAMP,
    verified_at: TIMESTAMP.nullable(),
    source: z.object({
      server: z.string(),
      database: z.string(),
      encoding: z.string(),
      schema_digest: z.string().describe('Two equal ones mean the same tables and columns.'),
    }),
    signature: z
      .object({ key_id: z.string(), algorithm: z.string() })
      .nullable()
      .describe('Whose key it is signed with; whether it is right, a verification says.'),
    safety_of: z
      .string()
      .nullable()
      .describe('The restore whose undo this backup is for; null for any other backup.'),
    rows: COUNT,
    tables: z.array(TABLE_ROWS),
    omitted: OMITTED_OBJECTS,
    copies: z.array(COPY).describe('What is known of it in each destination.'),
    destinations: z
      .array(z.string())
      .nullable()
      .describe(
        'Where it is to be kept, beside the primary; null: in all destinations. Others lack nothing.',
      ),
    definition: DEFINITION.nullable().describe(
      'The definition of the database, for `restore --create-schema`; null where nobody asked for it.',
    ),
  })
  .meta({ id: 'BackupDetails' });
