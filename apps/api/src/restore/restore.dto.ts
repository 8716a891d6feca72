import { COMPRESSIONS, DUPLICATE_STRATEGIES, RESTORE_MODES } from '@satchel/domain';
import { z } from 'zod';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { PLAN, TABLE_ROWS } from '../job/report.dto.js';
import { KEY_FIELDS } from './key-fields.js';

const COUNT = z.int().min(0);

const FLAG = z.boolean();
const TABLE_NAMES = z.array(z.string().min(1).max(200)).max(100);

/** How a restore treats rows; for analyses and restores alike. */
const TREATMENT = {
  duplicate_strategy: z
    .enum(DUPLICATE_STRATEGIES)
    .default('update')
    .describe('What `merge` does with a row that is there and differs.'),
  fill: z
    .record(z.string().max(300), z.string().max(10_000))
    .default({})
    .describe('`table.column` to the value that new rows get where the file lacks the column.'),
  restricted: TABLE_NAMES.default([]).describe(
    'Tables that grant power (users, permissions), asked for by name: from a file that is not ours they are restored only so.',
  ),
};

const MODE = z
  .enum(RESTORE_MODES)
  .describe('`merge` adds and updates, and deletes nothing; `replace` makes the tables equal to the backup.');

const RESTORE = {
  restore_mode: MODE,
  ...TREATMENT,
  allow_missing: FLAG.default(false).describe(
    'Go on although the database lacks tables or columns of the file, or the other way round.',
  ),
  safety_backup: FLAG.default(true).describe(
    'Keep what is about to change, so that the restore can be taken back.',
  ),
  agreed_plan: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be the plan_digest of an analysis')
    .nullable()
    .default(null)
    .describe('The `plan_digest` that a person has agreed to: the restore does that or nothing.'),
  wait: FLAG.default(false).describe('Wait for another restore to end, instead of a conflict.'),
  ...KEY_FIELDS,
};

/** Restores a stored backup. */
export const RESTORE_STORED = z
  .strictObject(RESTORE)
  .meta({ id: 'RestoreOptions', examples: [{ restore_mode: 'merge', duplicate_strategy: 'update' }] });
export type RestoreBody = z.output<typeof RESTORE_STORED>;

const UPLOAD_ID = z
  .uuid()
  .optional()
  .describe('A file that an analysis has kept, in place of sending it again.');

/** Restores a file that is sent, or was. */
export const RESTORE_UPLOAD = z.strictObject({ ...RESTORE, upload_id: UPLOAD_ID });

/** Looks into a file. */
export const ANALYZE = z.strictObject({
  restore_mode: MODE.default('merge'),
  ...TREATMENT,
  upload_id: UPLOAD_ID,
  backup_id: z.uuid().optional().describe('A stored backup, in place of a file.'),
  sample_rows: z
    .int()
    .min(0)
    .max(50)
    .default(5)
    .describe('Changed rows to show, at most, of each table and action.'),
  keep: FLAG.default(false).describe(
    'Keep the file for 30 minutes, so that it need not be sent again to restore it.',
  ),
  ...KEY_FIELDS,
});
export type AnalyzeBody = z.output<typeof ANALYZE>;

export const UNDO = z
  .strictObject({
    overwrite_edited: FLAG.default(false).describe('Also put back rows that somebody has edited since.'),
    safety_backup: FLAG.default(true),
    wait: FLAG.default(false),
    ...KEY_FIELDS,
  })
  .meta({ id: 'UndoOptions' });
export type UndoBody = z.output<typeof UNDO>;

const ROW = z.record(z.string(), z.string().nullable()).nullable();

export const ANALYSIS = z
  .object({
    upload_id: z.string().nullable().describe('Names the kept file in a restore; null if it was not kept.'),
    expires_at: TIMESTAMP.nullable(),
    file: z.string(),
    size_bytes: COUNT,
    compression: z.enum(COMPRESSIONS),
    format: z.enum(['satchel', 'legacy']).describe('`legacy`: `dumpdata` of the old application.'),
    origin: z
      .enum(['ours', 'altered', 'relaid', 'foreign'])
      .describe(
        'What the signature says. `ours`: of this installation, unchanged; `relaid`: the same, laid out anew; `altered`: of this installation, but CHANGED since; `foreign`: of no key of this installation.',
      ),
    backup: z
      .object({
        backup_id: z.string(),
        backup_type: z.string(),
        backup_name: z.string().nullable(),
        created_at: z.string(),
        created_by: z.string().nullable(),
        product: z.string(),
        server: z.string(),
        database: z.string(),
      })
      .nullable()
      .describe('As the file itself says; null for files of the old application, which do not say.'),
    rows: COUNT,
    contents: z.array(TABLE_ROWS).describe('What is in the file.'),
    needs: z
      .object({
        allow_missing: z.boolean(),
        restricted: z.array(z.string()).describe('Tables that have to be asked for by name.'),
      })
      .describe('What a restore of this file has to be told beside its mode.'),
    plan: z.object(PLAN).meta({ id: 'RestorePlan' }).describe('What a restore would do now.'),
    plan_digest: z.string(),
    changes: z
      .array(
        z.object({
          schema: z.string(),
          table: z.string(),
          rows: z.array(
            z.object({
              action: z.enum(['create', 'update', 'delete', 'skip']),
              key: ROW,
              before: ROW,
              after: ROW,
            }),
          ),
        }),
      )
      .describe('Some of the rows; of an update only the columns that differ.'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Analysis' });
