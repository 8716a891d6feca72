import type { Clock, IdentityStore } from '@satchel/domain';
import type { Chore } from '@satchel/jobs';
import type { DeliverAlarms, WatchOver } from '@satchel/use-cases';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface ChoreParts {
  readonly identities: IdentityStore;
  readonly watchOver: WatchOver;
  readonly deliverAlarms: DeliverAlarms;
  readonly clock: Clock;
}

/**
 * What an installation does by itself. Light chores are done by any process, so that they are done while no worker runs, and that
 * is told; heavy ones by those that take jobs.
 */
export function chores(parts: ChoreParts, { takesJobs }: { readonly takesJobs: boolean }): readonly Chore[] {
  return [...light(parts), ...(takesJobs ? heavy() : [])];
}

function light({ identities, watchOver, deliverAlarms, clock }: ChoreParts): readonly Chore[] {
  return [
    {
      name: 'forget-expired-identities',
      everyMs: HOUR_MS,
      run: () => identities.sweep(clock.now()),
    },
    { name: 'watch-over', everyMs: MINUTE_MS, run: signal => watchOver.run(signal) },
    { name: 'deliver-alarms', everyMs: 10 * SECOND_MS, run: signal => deliverAlarms.run(signal) },
  ];
}

function heavy(): readonly Chore[] {
  return [];
}
