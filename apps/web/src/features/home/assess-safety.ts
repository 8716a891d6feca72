import type { JobSummary, NewestBackup, SystemStatus } from '@satchel/api-client';
import type { Tone } from '../../ui/tone.js';

/** One reason for the answer to "are we safe?", good or bad. */
export type SafetyReason =
  | {
      readonly kind: 'service';
      readonly service: SystemStatus['services'][number]['name'];
      readonly problem: string | null;
    }
  | { readonly kind: 'never'; readonly type: string }
  | { readonly kind: 'old'; readonly type: string; readonly at: string }
  | { readonly kind: 'fresh'; readonly type: string; readonly at: string }
  | { readonly kind: 'failed'; readonly job: JobSummary }
  | { readonly kind: 'unverified'; readonly type: string }
  | { readonly kind: 'verified'; readonly type: string; readonly at: string }
  | { readonly kind: 'alarms'; readonly count: number }
  | { readonly kind: 'space'; readonly days: number }
  | { readonly kind: 'unreadable' };

export interface Safety {
  readonly level: 'safe' | 'attention' | 'danger';
  readonly reasons: readonly (SafetyReason & { readonly tone: Tone })[];
}

const DAY_MS = 86_400_000;
/** A school that backs up each day has lost at most a day's work. */
export const DUE_AFTER_MS = 1.5 * DAY_MS;
export const OVERDUE_AFTER_MS = 7 * DAY_MS;
/** Below this many days of room one should act. */
export const SPACE_WARNING_DAYS = 14;

const WIDEST = 'full';

/**
 * Answers whether the school's data could be brought back today, and why. Pure.
 *
 * @returns reasons with the worst first
 */
export function assessSafety(status: SystemStatus, now: Date): Safety {
  const reasons = [
    ...status.services.flatMap(service =>
      service.healthy
        ? []
        : [
            {
              kind: 'service' as const,
              service: service.name,
              problem: service.message,
              tone: 'bad' as const,
            },
          ],
    ),
    ...ageReasons(status, now),
    ...failures(status),
    ...alarmReasons(status),
    ...spaceReasons(status),
  ];
  const order: readonly Tone[] = ['bad', 'warn', 'ok', 'info'];
  reasons.sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone));
  const worst = reasons[0]?.tone;
  return {
    level: worst === 'bad' ? 'danger' : worst === 'warn' ? 'attention' : 'safe',
    reasons,
  };
}

/** Of types that a newer backup of everything covers, nothing is asked. */
function ageReasons({ newest_backups: newest }: SystemStatus, now: Date): Safety['reasons'] {
  if (newest.length === 0) return [{ kind: 'unreadable', tone: 'bad' }];
  const full = newest.find(({ backup_type }) => backup_type === WIDEST);
  const fullIsFresh = full !== undefined && ageOf(full, now) <= DUE_AFTER_MS;
  return newest.flatMap((one): Safety['reasons'] => {
    const { backup_type: type, finished_at: at, verified_at } = one;
    const decides = type === WIDEST || full === undefined;
    if (at === null) {
      if (!decides && fullIsFresh) return [];
      return [{ kind: 'never', type, tone: decides ? 'bad' : 'warn' }];
    }
    const age = ageOf(one, now);
    if (age > DUE_AFTER_MS) {
      if (!decides && fullIsFresh) return [];
      return [{ kind: 'old', type, at, tone: decides && age > OVERDUE_AFTER_MS ? 'bad' : 'warn' }];
    }
    if (!decides) return [];
    return [
      { kind: 'fresh', type, at, tone: 'ok' },
      // It was read back as it was written; one of a type that is not read again for long is an alarm.
      verified_at === null
        ? { kind: 'unverified', type, tone: 'info' }
        : { kind: 'verified', type, at: verified_at, tone: 'ok' },
    ];
  });
}

/** A backup that failed and that no good one of the same type has followed. */
function failures({ recent_jobs: recent, newest_backups: newest }: SystemStatus): Safety['reasons'] {
  const seen = new Set<string>();
  return recent.flatMap((job): Safety['reasons'] => {
    if (job.kind !== 'backup' || job.backup_type === null || seen.has(job.backup_type)) return [];
    seen.add(job.backup_type);
    const good = newest.find(({ backup_type }) => backup_type === job.backup_type)?.finished_at ?? '';
    return job.state === 'failed' && good < (job.finished_at ?? job.created_at)
      ? [{ kind: 'failed', job, tone: 'warn' }]
      : [];
  });
}

/** What the server has noticed that is told of nowhere else here, a damaged file among it. */
function alarmReasons({ alarms }: SystemStatus): Safety['reasons'] {
  return alarms !== null && alarms.open > 0 ? [{ kind: 'alarms', count: alarms.open, tone: 'warn' }] : [];
}

function spaceReasons({ storage }: SystemStatus): Safety['reasons'] {
  const days = storage.reachable ? storage.days_until_full : null;
  return days !== null && days < SPACE_WARNING_DAYS
    ? [{ kind: 'space', days, tone: days < 3 ? 'bad' : 'warn' }]
    : [];
}

function ageOf({ finished_at }: NewestBackup, now: Date): number {
  return finished_at === null ? Number.POSITIVE_INFINITY : now.getTime() - new Date(finished_at).getTime();
}
