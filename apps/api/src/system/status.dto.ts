import { ALARM_CHANNELS, ERROR_KINDS } from '@satchel/domain';
import { z } from 'zod';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { JOB_SUMMARY } from '../job/job.dto.js';
import { DEFINITION } from '../job/report.dto.js';
import { PROMISE } from './promise.dto.js';

const COUNT = z.int().min(0);

/** A part that could not be asked. */
const UNREACHABLE = z
  .object({ reachable: z.literal(false), error_type: z.enum(ERROR_KINDS), message: z.string() })
  .meta({ id: 'Unreachable' });

function reached<T extends z.ZodRawShape>(id: string, shape: T) {
  return z.union([z.object({ reachable: z.literal(true), ...shape }).meta({ id }), UNREACHABLE]);
}

export const SYSTEM_STATUS = z
  .object({
    healthy: z
      .boolean()
      .describe('Whether every service works, and each type is protected by a good backup.'),
    services: z.array(
      z.object({
        name: z.enum(['database', 'catalog', 'storage', 'queue', 'workers']),
        healthy: z.boolean(),
        message: z.string().nullable().describe('What is wrong; null if nothing is.'),
      }),
    ),
    database: reached('DatabaseStatus', {
      server: z.string(),
      database: z.string(),
      role: z.string(),
      superuser: z.boolean(),
      size_bytes: COUNT.nullable(),
      definition: DEFINITION.describe(
        'Whether a backup of everything would carry the definition of the database too, or rows only and why.',
      ),
    }),
    storage: reached('StorageStatus', {
      writable: z.boolean(),
      used_bytes: COUNT.nullable(),
      files: COUNT.nullable(),
      free_bytes: COUNT.nullable(),
      bytes_per_day: z
        .int()
        .nullable()
        .describe('What came less what was deleted, on average of the last 30 days.'),
      days_until_full: COUNT.nullable().describe('Null where it does not fill, or nothing is known.'),
    }),
    queue: reached('QueueStatus', {
      driver: z
        .enum(['inline', 'bull'])
        .describe('`inline`: jobs run inside the server; `bull`: by workers.'),
      pending: COUNT.nullable(),
      running: COUNT.nullable(),
    }),
    workers: z.array(
      z
        .object({
          worker_id: z.string(),
          host: z.string(),
          version: z.string(),
          concurrency: COUNT,
          started_at: TIMESTAMP,
          seen_at: TIMESTAMP,
        })
        .meta({ id: 'Worker' }),
    ),
    active_jobs: z.array(JOB_SUMMARY).describe('Waiting and running, oldest first.'),
    recent_jobs: z.array(JOB_SUMMARY).describe('Ended last, newest first.'),
    newest_backups: z
      .array(
        z
          .object({
            backup_type: z.string(),
            title: z.string(),
            backup_id: z.string().nullable(),
            file: z.string().nullable(),
            finished_at: TIMESTAMP.nullable(),
            verified_at: TIMESTAMP.nullable(),
            age_seconds: COUNT.nullable(),
            size_bytes: COUNT.nullable(),
            covered: z
              .boolean()
              .describe(
                'Whether a good backup holds its tables: of this type, or of one that leaves nothing out.',
              ),
          })
          .meta({ id: 'NewestBackup' }),
      )
      .describe('One of each type, in their configured order.'),
    days: z
      .array(
        z
          .object({
            date: z.string().describe('A day, UTC.'),
            success: COUNT,
            failed: COUNT,
            cancelled: COUNT,
            stored_bytes: COUNT.describe('Of backups of this day that are not deleted.'),
          })
          .meta({ id: 'DayOfBackups' }),
      )
      .describe('Backups of the last 30 days, oldest first.'),
    retention_days: COUNT,
    promises: z
      .array(PROMISE)
      .describe('What can be promised of each type, as measured; empty while the catalog is out of reach.'),
    alarms: z
      .object({
        open: COUNT,
        last_delivery_problem: z
          .object({ channel: z.enum(ALARM_CHANNELS), at: TIMESTAMP, message: z.string() })
          .nullable()
          .describe('Of the channel that failed last and has got nothing through since.'),
      })
      .meta({ id: 'AlarmsInShort' })
      .nullable()
      .describe('Null while the catalog is away.'),
  })
  .meta({ id: 'SystemStatus' });
