import { COPY_STATES, ERROR_KINDS } from '@satchel/domain';
import { z } from 'zod';

const COUNT = z.int().min(0);
const TIMESTAMP = z.iso.datetime();

export const COPY = z
  .object({
    destination: z.string(),
    state: z
      .enum(COPY_STATES)
      .describe(
        '`failed`, `damaged` and `missing` ones are tried again or replaced at `next_try_at`; of a deleted backup, `removed` ones with a `next_try_at` are still to be removed.',
      ),
    stored_at: TIMESTAMP.nullable(),
    verified_at: TIMESTAMP.nullable().describe('When it was last read to its end and found right.'),
    attempts: COUNT.describe('That have failed in a row.'),
    next_try_at: TIMESTAMP.nullable(),
    error: z.object({ error_type: z.enum(ERROR_KINDS), message: z.string() }).nullable(),
  })
  .meta({ id: 'BackupCopy' });

/** More than anybody has; names are looked up in the settings. */
const MOST_CHOSEN = 50;

export const CHOSEN_DESTINATIONS = z.array(z.string().min(1).max(100)).max(MOST_CHOSEN).nullable();
export const CHOSEN_DESTINATIONS_TEXT =
  'Names of `BACKUP_DESTINATIONS`; the primary is always one of them, named or not. ' +
  'Null: in all destinations, also those that the settings name later.';

export const DESTINATION = z
  .object({
    name: z.string(),
    kind: z.enum(['local', 's3']),
    location: z.string().nullable().describe('Bucket and prefix; null for a folder of the server.'),
    primary: z.boolean().describe('Whether backups are made there, and brought to the others.'),
    reachable: z.boolean(),
    writable: z.boolean(),
    problem: z.string().nullable(),
    free_bytes: COUNT.nullable().describe('Null where it cannot say.'),
    used_bytes: COUNT.nullable(),
    backups: COUNT.nullable(),
    unfinished_copies: COUNT.nullable().describe('Backups that are not there yet, or not there whole.'),
  })
  .meta({ id: 'Destination' });

export const DESTINATIONS = z.object({ items: z.array(DESTINATION) });

export const DESTINATION_CHECK = z
  .object({
    destination: z.string(),
    passed: z.boolean(),
    checks: z.array(
      z.object({
        name: z.string().describe('What was tried, as a sentence.'),
        passed: z.boolean(),
        problem: z.string().nullable(),
        took_ms: COUNT,
      }),
    ),
  })
  .meta({ id: 'DestinationCheck' });
