import type { JobKind, JobRecord, JobState } from '@satchel/domain';

/** What people call a job. */
const NAMES: Readonly<Record<JobKind, string>> = {
  backup: 'backup',
  restore: 'restore',
  undo: 'undo',
  verify: 'verification',
  cleanup: 'cleanup',
  drill: 'restore drill',
};

const STATES: Readonly<Record<JobState, string>> = {
  pending: 'is waiting to start',
  running: 'is running',
  success: 'is done',
  failed: 'has failed',
  cancelled: 'was stopped',
};

/** How a job stands, in a sentence. */
export function stateMessage({ kind, state }: Pick<JobRecord, 'kind' | 'state'>): string {
  return `The ${NAMES[kind]} ${STATES[state]}.`;
}
