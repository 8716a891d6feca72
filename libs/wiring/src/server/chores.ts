import type { Clock, IdentityStore } from '@satchel/domain';
import type { Chore } from '@satchel/jobs';
import { copyChores, type CopyChoreParts } from './copy-chores.js';

const HOUR_MS = 3_600_000;

export interface ChoreParts {
  readonly identities: IdentityStore;
  readonly clock: Clock;
  readonly copies: CopyChoreParts;
}

/**
 * What an installation does by itself. Light chores are done by any process, so that they are done while no worker runs, and that
 * is told; heavy ones by those that take jobs.
 */
export function chores(parts: ChoreParts, { takesJobs }: { readonly takesJobs: boolean }): readonly Chore[] {
  return [...light(parts), ...(takesJobs ? heavy(parts) : [])];
}

function light({ identities, clock }: ChoreParts): readonly Chore[] {
  return [
    {
      name: 'forget-expired-identities',
      everyMs: HOUR_MS,
      run: () => identities.sweep(clock.now()),
    },
  ];
}

function heavy({ copies }: ChoreParts): readonly Chore[] {
  return copyChores(copies);
}
