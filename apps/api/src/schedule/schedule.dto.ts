import { COMPRESSIONS } from '@satchel/domain';
import type { ShownSchedule } from '@satchel/use-cases';
import { z } from 'zod';
import { CHOSEN_DESTINATIONS, CHOSEN_DESTINATIONS_TEXT } from '../destination/destination.dto.js';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { ID } from '../http/ids.js';

const NAME = z.string().min(1).max(100).describe('Backups that it makes are named after it.');
const TYPE = z.string().min(1).max(100).describe('One of the configured types; see `types`.');
const CRON = z
  .string()
  .min(1)
  .max(200)
  .describe('Minute, hour, day of the month, month, day of the week, of the clock in `time_zone`.');
const TIME_ZONE = z
  .string()
  .min(1)
  .max(64)
  .describe("IANA's name; `TIME_ZONE` of the settings if none is given.");
const COMPRESSION = z.enum(COMPRESSIONS);
const DESTINATIONS = CHOSEN_DESTINATIONS.describe(`Where its backups are kept. ${CHOSEN_DESTINATIONS_TEXT}`);

export const SCHEDULE = z
  .object({
    schedule_id: ID,
    name: z.string(),
    backup_type: z.string(),
    cron: z.string(),
    time_zone: z.string(),
    compression: COMPRESSION,
    destinations: z
      .array(z.string())
      .nullable()
      .describe('Where its backups are kept, the primary first; null: in all destinations, also later ones.'),
    unknown_destinations: z
      .array(z.string())
      .describe('Those of `destinations` that the settings do not name any more; they are passed over.'),
    paused: z.boolean(),
    next_run_at: TIMESTAMP.nullable().describe(
      'Null while it is paused; one in the past is being caught up.',
    ),
    next_runs: z.array(TIMESTAMP).describe('The next five times.'),
    last_run_at: TIMESTAMP.nullable(),
    last_job_id: z.string().nullable(),
    created_by: z.string().nullable(),
    created_at: TIMESTAMP,
  })
  .meta({ id: 'Schedule' });

const EXAMPLE = { name: 'nightly', backup_type: 'full', cron: '30 2 * * *', time_zone: 'Asia/Kolkata' };

export const NEW_SCHEDULE = z
  .strictObject({
    name: NAME,
    backup_type: TYPE,
    cron: CRON,
    time_zone: TIME_ZONE.optional(),
    compression: COMPRESSION.default('zstd'),
    destinations: DESTINATIONS.default(null),
    paused: z.boolean().default(false),
  })
  .meta({ id: 'NewSchedule', examples: [EXAMPLE] });
export type NewScheduleBody = z.output<typeof NEW_SCHEDULE>;

export const SCHEDULE_CHANGE = z
  .strictObject({
    name: NAME,
    backup_type: TYPE,
    cron: CRON,
    time_zone: TIME_ZONE,
    compression: COMPRESSION,
    destinations: DESTINATIONS,
  })
  .partial()
  .refine(change => Object.keys(change).length > 0, 'names nothing to change')
  .describe('Only what is given is changed.')
  .meta({ id: 'ScheduleChange', examples: [{ cron: '0 4 * * SUN' }, { destinations: ['off-site'] }] });
export type ScheduleChangeBody = z.output<typeof SCHEDULE_CHANGE>;

export const PREVIEW_QUERY = z.strictObject({ cron: CRON, time_zone: TIME_ZONE.optional() });
export type PreviewQuery = z.output<typeof PREVIEW_QUERY>;

export const PREVIEW = z
  .object({ time_zone: z.string(), next_runs: z.array(TIMESTAMP) })
  .meta({ id: 'SchedulePreview' });

export function scheduleData(schedule: ShownSchedule): z.input<typeof SCHEDULE> {
  return {
    schedule_id: schedule.scheduleId,
    name: schedule.name,
    backup_type: schedule.scopeName,
    cron: schedule.cron,
    time_zone: schedule.timeZone,
    compression: schedule.compression,
    destinations: schedule.destinations && [...schedule.destinations],
    unknown_destinations: [...schedule.unknownDestinations],
    paused: schedule.paused,
    next_run_at: schedule.nextRunAt?.toISOString() ?? null,
    next_runs: schedule.nextRuns.map(at => at.toISOString()),
    last_run_at: schedule.lastRunAt?.toISOString() ?? null,
    last_job_id: schedule.lastJobId,
    created_by: schedule.createdBy,
    created_at: schedule.createdAt.toISOString(),
  };
}
