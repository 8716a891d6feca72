import type { Destinations } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';
import type { Chore, JobLog } from '@satchel/jobs';
import type { KeepCopies, VerifyCopies } from '@satchel/use-cases';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface CopyChoreParts {
  readonly destinations: Destinations;
  readonly keep: KeepCopies;
  readonly verify: VerifyCopies;
  readonly log: JobLog;
}

/** What keeps the copies of backups whole: they move much data, and are done by those that take jobs. */
export function copyChores({ destinations, keep, verify, log }: CopyChoreParts): readonly Chore[] {
  return [
    {
      name: 'keep-copies',
      everyMs: MINUTE_MS,
      run: async signal => {
        const { stored, removed, failed, warnings } = await keep.run({ signal });
        for (const warning of warnings) log.warn({ chore: 'keep-copies' }, warning);
        if (stored + removed + failed > 0) {
          log.info({ stored, removed, failed }, 'Copies of backups were brought to where they belong.');
        }
      },
    },
    {
      name: 'verify-copies',
      everyMs: HOUR_MS,
      run: async signal => {
        const { read, lost, replaced, warnings } = await verify.run({ signal });
        for (const warning of warnings) log.warn({ chore: 'verify-copies' }, warning);
        if (read > 0) log.info({ read, lost, replaced }, 'Stored copies of backups were read again.');
      },
    },
    {
      name: 'sweep-uploads',
      everyMs: HOUR_MS,
      run: async () => {
        for (const { name, sweep } of destinations.all) {
          try {
            const swept = await sweep();
            if (swept > 0)
              log.info({ destination: name, swept }, 'What killed writers had left was removed.');
          } catch (thrown) {
            log.warn(
              { destination: name, errorType: toBackupError(thrown).kind },
              'Left-over uploads could not be removed; that is tried again in an hour.',
            );
          }
        }
      },
    },
  ];
}
