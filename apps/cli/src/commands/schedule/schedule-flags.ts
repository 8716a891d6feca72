import type { Compression } from '@satchel/domain';
import { COMPRESSIONS } from '@satchel/domain';
import { Option } from 'nest-commander';
import { addWords, nonEmpty, oneOf } from '../../flags.js';
import { SatchelCommand } from '../satchel-command.js';

export interface ScheduleFlags {
  readonly type?: string;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly compression?: Compression;
  readonly destination?: readonly string[];
}

export const NAMED = {
  arguments: '<name>',
  argsDescription: { name: 'what the schedule is called, or its id' },
} as const;

/** Flags that say when and what a schedule backs up. */
export abstract class ScheduleFlagsCommand<Flags extends ScheduleFlags> extends SatchelCommand<Flags> {
  @Option({ flags: '-t, --type <type>', description: 'what to back up: full, students, …' })
  parseType(text: string): string {
    return nonEmpty('--type', text);
  }

  @Option({
    flags: '-c, --cron <fields>',
    description: 'when: minute, hour, day of the month, month, day of the week, in quotes',
  })
  parseCron(text: string): string {
    return nonEmpty('--cron', text);
  }

  @Option({
    flags: '-z, --time-zone <name>',
    description: 'whose clock: Europe/Berlin, UTC, … (default: TIME_ZONE)',
  })
  parseTimeZone(text: string): string {
    return nonEmpty('--time-zone', text);
  }

  @Option({ flags: '--compression <kind>', description: 'none, gzip or zstd (default: zstd)' })
  parseCompression(text: string): Compression {
    return oneOf('--compression', COMPRESSIONS, text);
  }

  @Option({
    flags: '-d, --destination <name>',
    description:
      'keep its backups there beside the primary, and nowhere else; may be given again; all: everywhere, also later (default)',
  })
  parseDestination(text: string, before: readonly string[] | undefined): readonly string[] {
    return addWords('--destination', text, before);
  }
}
