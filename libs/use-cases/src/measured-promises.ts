import type {
  Clock,
  JobRecord,
  JobStore,
  KeyRing,
  RetentionStore,
  Schedule,
  ScheduleStore,
  Scope,
} from '@satchel/domain';
import type { CopySources } from './copies/copy-sources.js';
import { canDrillByItself } from './drill/can-drill-by-itself.js';
import { findLastDrill } from './drill/last-drill.js';
import { isDrillReport } from './report/drill-report.js';
import type { Answer } from './watched.js';
import { Watched } from './watched.js';

export interface MeasuredPromisesParts {
  readonly scopes: readonly Scope[];
  readonly jobs: JobStore;
  readonly schedules: ScheduleStore;
  readonly retention: RetentionStore;
  readonly sources: CopySources;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

export interface LastDrill {
  readonly jobId: string;
  readonly backupId: string;
  readonly finishedAt: Date;
  readonly restoreMs: number;
}

/** What can be promised of one type, as measured. */
export interface MeasuredPromise {
  readonly scopeName: string;
  readonly title: string;
  /** The newest good backup that holds its tables: of this type, or of one that leaves nothing out. */
  readonly backupId: string | null;
  /** The moment whose rows it holds. */
  readonly backupOf: Date | null;
  /** What was changed within so long would be lost if the database died now; null: all of it. */
  readonly dataLossMs: number | null;
  /** The last drill of this type, or of the type of the backup that holds its tables, that succeeded. */
  readonly lastDrill: LastDrill | null;
  /** The last drill of this type has failed, and none has succeeded since; one that had nothing to try does not count. */
  readonly drillFailed: boolean;
  /** No drill is made by itself: backups are encrypted, and this installation cannot open them. */
  readonly drillNeedsKey: boolean;
  /** Whether a schedule of this type runs, i.e. is there and not paused. */
  readonly scheduled: boolean;
  /** Whether a schedule of this type has not kept its time. */
  readonly overdue: boolean;
  /** Why, for a person; null if it is not. */
  readonly overdueBecause: string | null;
  /** All of it in a sentence. */
  readonly sentence: string;
}

type Drilled = Pick<MeasuredPromise, 'lastDrill' | 'drillFailed' | 'drillNeedsKey'>;

/** What is known of a type. */
interface Found {
  /** The newest that holds its tables. */
  readonly backup: JobRecord | null;
  readonly ofType: JobRecord | null;
  readonly planned: readonly Schedule[];
  readonly drillNeedsKey: boolean;
}

/** How late a schedule may fire; a process may be starting again. */
const FIRES_WITHIN_MS = 15 * 60_000;

/** How long after a schedule has fired there has to be a good backup. */
const DONE_WITHIN_MS = 6 * 3_600_000;

/** How many of a type's backups are tried until one is found whose file is there. */
const NEWEST_TRIED = 10;

/** Says of each type how much would be lost now, and how long it would take to have the rest back; measured, not hoped. */
export class MeasuredPromises {
  readonly #watched: Watched<readonly MeasuredPromise[]>;

  constructor(private readonly parts: MeasuredPromisesParts) {
    const limits = { freshMs: 5_000, staleMs: 60_000, patienceMs: 2_000 };
    this.#watched = new Watched('catalog', () => this.run(), limits);
  }

  /** For who asks often: up to a few seconds old; a catalog out of reach is an answer. */
  read(): Promise<Answer<readonly MeasuredPromise[]>> {
    return this.#watched.read();
  }

  /** One of each type, in their configured order. @throws BackupError `unavailable` */
  async run(): Promise<readonly MeasuredPromise[]> {
    const { scopes, schedules, retention, clock } = this.parts;
    const [planned, damaged] = await Promise.all([schedules.list(), retention.damaged()]);
    const newest = new Map<string, JobRecord | null>();
    for (const scope of scopes) newest.set(scope.name, await this.#newestGood(scope.name, new Set(damaged)));
    const now = clock.now();
    const drillNeedsKey = !(await canDrillByItself(this.parts.keyRing));
    const promises: MeasuredPromise[] = [];
    for (const scope of scopes) {
      const covering = scopes
        .filter(other => other.name === scope.name || leavesNothingOut(other))
        .flatMap(other => newest.get(other.name) ?? [])
        .sort((a, b) => momentOf(b).getTime() - momentOf(a).getTime());
      const ofType = newest.get(scope.name) ?? null;
      const found = { backup: covering[0] ?? null, ofType, planned, drillNeedsKey };
      promises.push(await this.#promise(scope, found, now));
    }
    return promises;
  }

  async #promise(
    { name: scopeName, title }: Scope,
    { backup, ofType, planned, drillNeedsKey }: Found,
    now: Date,
  ): Promise<MeasuredPromise> {
    const own = await this.#drills(scopeName);
    // A drill of the backup that holds its tables has restored them too.
    const covered = own.lastDrill === null && !own.drillFailed && backup !== null && backup !== ofType;
    const { lastDrill, drillFailed } = covered ? await this.#drills(backup.scopeName ?? scopeName) : own;
    const running = planned.filter(schedule => schedule.scopeName === scopeName && !schedule.paused);
    const late = running.flatMap(schedule => whyOverdue(schedule, ofType, now) ?? []);
    const dataLossMs = backup === null ? null : Math.max(0, now.getTime() - momentOf(backup).getTime());
    return {
      scopeName,
      title,
      backupId: backup?.jobId ?? null,
      backupOf: backup && momentOf(backup),
      dataLossMs,
      lastDrill,
      drillFailed,
      drillNeedsKey,
      scheduled: running.length > 0,
      overdue: late.length > 0,
      overdueBecause: late.length > 0 ? late.join(' ') : null,
      sentence: sentenceOf(dataLossMs, { lastDrill, drillFailed, drillNeedsKey }),
    };
  }

  /** Read back when it was made, in some destination as it was written, and not found damaged since. */
  async #newestGood(scopeName: string, damaged: ReadonlySet<string>): Promise<JobRecord | null> {
    const { items } = await this.parts.jobs.find(
      { kinds: ['backup'], states: ['success'], scopeName },
      { sort: 'finished', order: 'desc', limit: NEWEST_TRIED },
    );
    for (const record of items) {
      if (damaged.has(record.jobId) || record.file === null) continue;
      if (await this.parts.sources.hasWhole(record.jobId, record.file, record.sizeBytes)) return record;
    }
    return null;
  }

  async #drills(scopeName: string): Promise<{ lastDrill: LastDrill | null; drillFailed: boolean }> {
    const page = { sort: 'finished', order: 'desc', limit: 1 } as const;
    const [last, good] = await Promise.all([
      findLastDrill(this.parts.jobs, scopeName),
      this.parts.jobs.find({ kinds: ['drill'], scopeName, states: ['success'] }, page),
    ]);
    const drill = good.items[0];
    const report = drill?.report;
    return {
      lastDrill:
        drill?.finishedAt && isDrillReport(report)
          ? {
              jobId: drill.jobId,
              backupId: report.backup_id,
              finishedAt: drill.finishedAt,
              restoreMs: report.restore_seconds * 1000,
            }
          : null,
      drillFailed: last?.state === 'failed',
    };
  }
}

/** A backup holds the rows of the moment at which it began. */
function momentOf({ startedAt, createdAt }: JobRecord): Date {
  return startedAt ?? createdAt;
}

function whyOverdue(schedule: Schedule, newest: JobRecord | null, now: Date): string | null {
  const { name, nextRunAt, lastRunAt } = schedule;
  if (nextRunAt !== null && now.getTime() - nextRunAt.getTime() > FIRES_WITHIN_MS) {
    return `The schedule ${name} should have run at ${nextRunAt.toISOString()}, and nothing runs it.`;
  }
  if (lastRunAt === null || now.getTime() - lastRunAt.getTime() < DONE_WITHIN_MS) return null;
  if (newest?.finishedAt && newest.finishedAt.getTime() >= lastRunAt.getTime()) return null;
  return `The schedule ${name} ran at ${lastRunAt.toISOString()}, and there is no good backup since.`;
}

function sentenceOf(dataLossMs: number | null, { lastDrill, drillFailed, drillNeedsKey }: Drilled): string {
  const loss =
    dataLossMs === null
      ? 'If the database died now you would lose everything: there is no good backup'
      : `If the database died now you would lose ${inWords(dataLossMs)}`;
  if (drillFailed) return `${loss}; the last drill has FAILED.`;
  if (lastDrill !== null) return `${loss}; the last drill restored it in ${inWords(lastDrill.restoreMs)}.`;
  return drillNeedsKey
    ? `${loss}; no drill has shown how long a restore takes: it needs the key, which is not kept here.`
    : `${loss}; no drill has shown yet how long a restore takes.`;
}

/** `41 s`, `3 h 12 min`, `2 days 4 h` */
export function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

function leavesNothingOut({ include, exclude }: Scope): boolean {
  return include.includes('*') && exclude.length === 0;
}
