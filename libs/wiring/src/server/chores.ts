import type { Clock, IdentityStore, ScratchServer } from '@satchel/domain';
import type { Chore, JobLog } from '@satchel/jobs';
import type {
  DeliverAlarms,
  FireSchedules,
  FireTimetables,
  RetryDeletes,
  WatchOver,
} from '@satchel/use-cases';
import { copyChores, type CopyChoreParts } from './copy-chores.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface ChoreParts {
  readonly identities: IdentityStore;
  readonly watchOver: WatchOver;
  readonly deliverAlarms: DeliverAlarms;
  readonly clock: Clock;
  readonly copies: Omit<CopyChoreParts, 'log'>;
  readonly schedules: FireSchedules;
  readonly timetables: FireTimetables;
  readonly deletes: RetryDeletes;
  readonly scratch: ScratchServer;
  readonly log: JobLog;
}

/**
 * What an installation does by itself. Light chores are done by any process, so that they are done while no worker runs, and that
 * is told; heavy ones by those that take jobs.
 */
export function chores(parts: ChoreParts, { takesJobs }: { readonly takesJobs: boolean }): readonly Chore[] {
  return [...light(parts), ...(takesJobs ? heavy(parts) : [])];
}

function light({
  identities,
  watchOver,
  deliverAlarms,
  clock,
  schedules,
  timetables,
  log,
}: ChoreParts): readonly Chore[] {
  return [
    {
      // Twice at once would do no harm, since each schedule fires once; the ledger only saves the looking.
      name: 'fire-schedules',
      everyMs: 10_000,
      run: async signal => {
        const { fired, failed } = await schedules.run(signal);
        for (const { schedule, jobId } of fired) {
          log.info({ jobId, schedule: schedule.name }, 'A schedule has asked for a backup.');
        }
        for (const { name, error } of failed) {
          log.error({ schedule: name, err: error }, 'A schedule could not be fired; it is tried again.');
        }
        for (const name of await timetables.run()) log.info({ timetable: name }, 'A timetable was due.');
      },
    },
    {
      name: 'forget-expired-identities',
      everyMs: HOUR_MS,
      run: () => identities.sweep(clock.now()),
    },
    { name: 'watch-over', everyMs: MINUTE_MS, run: signal => watchOver.run(signal) },
    { name: 'deliver-alarms', everyMs: 10 * SECOND_MS, run: signal => deliverAlarms.run(signal) },
  ];
}

function heavy({ copies, deletes, scratch, log }: ChoreParts): readonly Chore[] {
  return [
    ...copyChores({ ...copies, log }),
    {
      name: 'retry-deletes',
      everyMs: 60_000,
      run: async signal => {
        const result = await deletes.run({ signal });
        for (const { file, outcome, reasons } of result?.backups ?? []) {
          if (outcome === 'failed') log.error({ file, reasons }, 'A backup still cannot be deleted.');
          if (outcome === 'deleted') log.info({ file }, 'A backup that could not be deleted is gone now.');
        }
      },
    },
    {
      name: 'drop-left-scratch-databases',
      everyMs: HOUR_MS,
      run: async () => {
        const databases = await scratch.sweep();
        if (databases > 0) log.warn({ databases }, 'Scratch databases of drills that had died were dropped.');
      },
    },
  ];
}
