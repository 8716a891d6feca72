import type { JobSummary } from '@satchel/api-client';
import type { JobKind, JobState, Phase } from '../../lib/contract.js';
import type { TextKey } from '../../texts/en.js';
import type { Translate } from '../../texts/use-text.js';
import type { PillIcon } from '../../ui/pill.js';
import type { Tone } from '../../ui/tone.js';

const KINDS = {
  backup: 'job.backup',
  restore: 'job.restore',
  undo: 'job.undo',
  verify: 'job.verify',
  cleanup: 'job.cleanup',
  drill: 'job.drill',
} as const satisfies Record<JobKind, TextKey>;

export function kindTitle(t: Translate, kind: JobKind): string {
  return t(KINDS[kind]);
}

const STATES = {
  pending: ['state.pending', 'idle', 'clock'],
  running: ['state.running', 'info', 'busy'],
  success: ['state.success', 'ok', 'check'],
  failed: ['state.failed', 'bad', 'alert'],
  cancelled: ['state.cancelled', 'idle', 'ban'],
} as const satisfies Record<JobState, readonly [TextKey, Tone, PillIcon]>;

export function stateWords(t: Translate, state: JobState): { label: string; tone: Tone; icon: PillIcon } {
  const [key, tone, icon] = STATES[state];
  return { label: t(key), tone, icon };
}

const PHASES = {
  reading: 'phase.reading',
  staging: 'phase.staging',
  planning: 'phase.planning',
  saving: 'phase.saving',
  applying: 'phase.applying',
  checking: 'phase.checking',
  verifying: 'phase.verifying',
  writing: 'phase.writing',
} as const satisfies Record<Phase, TextKey>;

export function phaseTitle(t: Translate, phase: Phase): string {
  return t(PHASES[phase]);
}

const TYPES: Readonly<Record<string, TextKey>> = {
  full: 'type.full',
  students: 'type.students',
  financial: 'type.financial',
  teachers: 'type.teachers',
  safety: 'type.safety',
};

/** The school's own types in the person's words; those that somebody has configured by their name. */
export function typeTitle(t: Translate, type: string): string {
  const key = TYPES[type];
  return key === undefined ? type : t(key as 'type.full');
}

/** What a job is about, in a few words: the name somebody gave it, else its type or its file. */
export function jobSubject(t: Translate, job: JobSummary): string {
  return job.backup_name ?? (job.backup_type === null ? (job.file ?? '–') : typeTitle(t, job.backup_type));
}
