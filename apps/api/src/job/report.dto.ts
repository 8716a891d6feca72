import { RELATION_ROLES, RESTORE_MODES, DUPLICATE_STRATEGIES } from '@satchel/domain';
import { z } from 'zod';

const COUNT = z.int().min(0);

/** Rows of one table in a file. */
export const TABLE_ROWS = z
  .object({
    schema: z.string().describe('Empty in files of the old application, which do not say.'),
    name: z.string(),
    role: z.enum(RELATION_ROLES).describe('`context`: rows of other tables that these refer to.'),
    rows: COUNT,
  })
  .meta({
    id: 'TableRows',
    examples: [{ schema: 'public', name: 'students_student', role: 'content', rows: 412 }],
  });

/** What a restore does to rows. */
export const ROW_COUNTS = z
  .object({ created: COUNT, updated: COUNT, unchanged: COUNT, skipped: COUNT, deleted: COUNT })
  .meta({ id: 'RowCounts', examples: [{ created: 12, updated: 3, unchanged: 397, skipped: 0, deleted: 0 }] });

export const SCHEMA_DIFFERENCE = z
  .object({
    kind: z.enum([
      'missing table',
      'missing column',
      'filled column',
      'defaulted column',
      'required column',
      'different type',
    ]),
    schema: z.string(),
    table: z.string(),
    column: z.string().nullable(),
    blocking: z.boolean().describe('Whether a restore is refused unless `allow_missing` is set.'),
    message: z.string(),
  })
  .meta({ id: 'SchemaDifference' });

/** Members of a plan, and of the report of what was done. */
export const PLAN = {
  mode: z.enum(RESTORE_MODES),
  duplicate_strategy: z.enum(DUPLICATE_STRATEGIES),
  totals: ROW_COUNTS,
  tables: z.array(
    ROW_COUNTS.extend({
      schema: z.string(),
      name: z.string(),
      role: z.enum(RELATION_ROLES),
      method: z.enum(['load', 'reload', 'reconcile']),
    }).meta({ id: 'TablePlan' }),
  ),
  differences: z.array(SCHEMA_DIFFERENCE),
};

const TYPE_AND_NAME = { backup_type: z.string(), backup_name: z.string().nullable() };
const WARNINGS = z.array(z.string());

const OMITTED = z
  .object({
    kind: z.enum(['foreign table', 'large objects', 'unlogged table', 'temporary table']),
    name: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'OmittedObject' });

export const OMITTED_OBJECTS = z.array(OMITTED).describe('What a backup of rows leaves out, and why.');

/** Whether a backup has the database's definition, or rows only and why. */
export const DEFINITION = z
  .object({ included: z.boolean(), tool: z.string().optional(), reason: z.string().optional() })
  .meta({ id: 'Definition' });

/** Whom a stored backup is encrypted for. */
export const ENCRYPTION = z
  .object({
    format: z.literal('age'),
    recipients: z.array(z.string()).describe('Public keys; the secret key of each opens the backup.'),
    passphrase: z.boolean(),
  })
  .meta({ id: 'Encryption' });

const BACKUP_REPORT = z
  .object({
    backup_id: z.string(),
    ...TYPE_AND_NAME,
    file: z.string(),
    size_bytes: COUNT,
    digest: z.string(),
    compression: z.string(),
    encryption: ENCRYPTION.nullable().optional(),
    rows: COUNT,
    tables: z.array(TABLE_ROWS),
    omitted: OMITTED_OBJECTS,
    definition: DEFINITION.nullable().optional(),
    warnings: WARNINGS,
  })
  .meta({ id: 'BackupReport' });

const RESTORE_REPORT = z
  .object({
    restore_id: z.string().optional(),
    undoes: z.string().nullable().optional().describe('The restore that this one took back.'),
    format: z.enum(['satchel', 'legacy']).optional(),
    origin: z.string().optional(),
    backup: z
      .object({ backup_id: z.string(), ...TYPE_AND_NAME, created_at: z.string() })
      .nullable()
      .optional()
      .describe('As the file itself says; null for files of the old application, which do not say.'),
    ...PLAN,
    safety_backup: z.object({ backup_id: z.string(), file: z.string() }).nullable().optional(),
    warnings: WARNINGS.optional(),
  })
  .meta({ id: 'RestoreReport' });

const VERIFY_REPORT = z
  .object({
    backup_id: z.string(),
    ...TYPE_AND_NAME,
    file: z.string(),
    format: z.enum(['satchel', 'legacy']),
    compression: z.string(),
    size_bytes: COUNT,
    encrypted: z.boolean().optional(),
    opened: z
      .boolean()
      .optional()
      .describe(
        'Whether there was a key to look at the content with; without one the stored bytes alone are compared.',
      ),
    origin: z.string().nullable(),
    checked: z.array(z.string()).describe('What was compared and found right.'),
    rows: COUNT,
    tables: z.array(TABLE_ROWS),
    warnings: WARNINGS,
  })
  .meta({ id: 'VerifyReport' });

/** What cleanup does, or would do, to one backup. */
export const PRUNED_BACKUP = z
  .object({
    backup_id: z.string(),
    backup_type: z.string(),
    file: z.string(),
    finished_at: z.string(),
    size_bytes: COUNT,
    outcome: z.enum(['kept', 'would be deleted', 'deleted', 'failed']),
    reasons: z.array(z.string()),
  })
  .meta({ id: 'PrunedBackup' });

const CLEANUP_REPORT = z
  .object({
    days: COUNT,
    deleted: COUNT,
    kept: COUNT,
    failed: COUNT,
    freed_bytes: COUNT,
    backups: z.array(PRUNED_BACKUP),
    warnings: WARNINGS,
  })
  .meta({ id: 'CleanupReport' });

/** What a restore drill has proven. */
export const DRILL_REPORT = z
  .object({
    drill_id: z.string(),
    backup_id: z.string(),
    ...TYPE_AND_NAME,
    backup_created_at: z.string(),
    file: z.string(),
    started_at: z.string(),
    restore_seconds: z
      .number()
      .describe('Making the tables and restoring the rows: so long a database would be away.'),
    total_seconds: z.number().describe('With all checks.'),
    rows: COUNT,
    definition_from: z.enum(['backup', 'live database']),
    constraints: COUNT.describe('Checks and foreign keys that were validated.'),
    indexes: COUNT.describe('Indexes that were built from the rows.'),
    proven: z.array(z.string()).describe('Sentences.'),
    tables: z.array(
      TABLE_ROWS.extend({
        compared: z.boolean().describe('Each row was read back and is equal; else they were counted.'),
        written: z
          .enum(['added', 'changed', 'empty table'])
          .describe('The row that was written and taken back.'),
      }).meta({ id: 'DrilledTable' }),
    ),
    differences: z.array(z.string()).describe('From the live database, in words.'),
    left_out: z.array(z.string()).describe('Of the definition, in words.'),
    warnings: WARNINGS,
  })
  .meta({ id: 'DrillReport' });

/** What a job has to say of what it did; which one it is follows from the job's kind. */
export const JOB_REPORT = z.union([
  BACKUP_REPORT,
  RESTORE_REPORT,
  VERIFY_REPORT,
  CLEANUP_REPORT,
  DRILL_REPORT,
]);
