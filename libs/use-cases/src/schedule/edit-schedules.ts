import type {
  AuditAction,
  AuditLog,
  ChosenDestinations,
  Clock,
  Compression,
  RunOptions,
  Schedule,
  ScheduleChange,
  ScheduleStore,
  ScopeConfig,
} from '@satchel/domain';
import { BackupError, checkBackupName, findScope, newBackupId, SYSTEM_ACTOR } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import type { ChooseDestinations } from '../copies/choose-destinations.js';
import { checkCron, nextRun, nextRuns } from './next-runs.js';

export interface AddScheduleCommand {
  readonly name: string;
  readonly scopeName: string;
  readonly cron: string;
  /** The installation's (`TIME_ZONE`), if none is given. */
  readonly timeZone?: string | undefined;
  readonly compression: Compression;
  /** Beside the primary; all, if none are given. */
  readonly destinations?: ChosenDestinations | undefined;
  readonly paused: boolean;
}

/** Only what is given is changed. */
export interface ChangeScheduleCommand {
  readonly name?: string | undefined;
  readonly scopeName?: string | undefined;
  readonly cron?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly compression?: Compression | undefined;
  /** Null: all, from now on. */
  readonly destinations?: ChosenDestinations | undefined;
}

/** A schedule, and the next times it fires. */
export interface ShownSchedule extends Schedule {
  /** Those of its destinations that the settings do not name any more: they are passed over. */
  readonly unknownDestinations: readonly string[];
  /** At most five; none while it is paused. A first one in the past is being caught up. */
  readonly nextRuns: readonly Date[];
}

/** How many schedules there may be: more are a mistake of a script. */
const MOST_SCHEDULES = 200;

/**
 * Looks after the schedules. Every change stands in the audit log.
 *
 * @throws BackupError `validation_error` for a name, type, timetable, zone or destination that cannot be used; `not_found`; `conflict` for
 *   a name that is taken
 */
export class EditSchedules {
  constructor(
    private readonly scopeConfig: ScopeConfig,
    private readonly store: ScheduleStore,
    private readonly choose: ChooseDestinations,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    /** Of the installation. */
    readonly timeZone: string,
  ) {}

  /** By name. */
  async list(): Promise<readonly ShownSchedule[]> {
    return (await this.store.list()).map(schedule => this.#shown(schedule));
  }

  /** @param named its id, or its name in any case */
  async get(named: string): Promise<ShownSchedule> {
    return this.#shown(await this.#find(named));
  }

  /** What a timetable means, before it is used. */
  preview(cron: string, timeZone: string | undefined): { timeZone: string; nextRuns: readonly Date[] } {
    const time = checkCron({ cron, timeZone: timeZone ?? this.timeZone });
    return { timeZone: time.timeZone, nextRuns: nextRuns(time, this.clock.now()) };
  }

  async add(command: AddScheduleCommand, options: RunOptions = {}): Promise<ShownSchedule> {
    const { scopeName, compression, paused } = command;
    const scheduleId = newBackupId();
    const details = {
      name: command.name.slice(0, 100),
      type: scopeName.slice(0, 100),
      cron: command.cron.slice(0, 200),
      ...(command.destinations ? { destinations: namesFor(command.destinations) } : {}),
    };
    return await this.#audited('schedule.create', scheduleId, details, options, async () => {
      const name = checkBackupName(command.name);
      findScope(this.scopeConfig, scopeName);
      const time = checkCron({ cron: command.cron, timeZone: command.timeZone ?? this.timeZone });
      if ((await this.store.list()).length >= MOST_SCHEDULES) {
        throw new BackupError('conflict', `There are ${MOST_SCHEDULES} schedules, and no more are allowed.`);
      }
      const now = this.clock.now();
      const schedule: Schedule = {
        scheduleId,
        name,
        scopeName,
        ...time,
        compression,
        destinations: this.choose.run(command.destinations ?? null),
        paused,
        nextRunAt: paused ? null : nextRun(time, now),
        lastRunAt: null,
        lastJobId: null,
        createdBy: options.actor?.name ?? null,
        createdAt: now,
      };
      await this.store.add(schedule);
      return schedule;
    });
  }

  async change(
    named: string,
    command: ChangeScheduleCommand,
    options: RunOptions = {},
  ): Promise<ShownSchedule> {
    const schedule = await this.#find(named);
    const { scopeName, compression, destinations } = command;
    const details = { name: schedule.name, ...given(command) };
    return await this.#audited('schedule.update', schedule.scheduleId, details, options, async () => {
      if (scopeName !== undefined) findScope(this.scopeConfig, scopeName);
      const time = checkCron({
        cron: command.cron ?? schedule.cron,
        timeZone: command.timeZone ?? schedule.timeZone,
      });
      const retimed = time.cron !== schedule.cron || time.timeZone !== schedule.timeZone;
      const change: ScheduleChange = {
        ...(command.name === undefined ? {} : { name: checkBackupName(command.name) }),
        ...(scopeName === undefined ? {} : { scopeName }),
        ...(compression === undefined ? {} : { compression }),
        ...(destinations === undefined
          ? {}
          : { destinations: this.choose.run(destinations, schedule.destinations) }),
        // A run that is due is not lost by a new name; by a new time it is, since that is what was asked for.
        ...(retimed ? { ...time, nextRunAt: nextRun(time, this.clock.now()) } : {}),
      };
      return await this.store.change(schedule.scheduleId, change);
    });
  }

  /** What is missed meanwhile is not caught up. */
  async pause(named: string, options: RunOptions = {}): Promise<ShownSchedule> {
    const { scheduleId, name } = await this.#find(named);
    return await this.#audited('schedule.pause', scheduleId, { name }, options, () =>
      this.store.change(scheduleId, { paused: true, nextRunAt: null }),
    );
  }

  async resume(named: string, options: RunOptions = {}): Promise<ShownSchedule> {
    const schedule = await this.#find(named);
    const { scheduleId, name } = schedule;
    return await this.#audited('schedule.resume', scheduleId, { name }, options, async () =>
      schedule.paused
        ? await this.store.change(scheduleId, {
            paused: false,
            nextRunAt: nextRun(schedule, this.clock.now()),
          })
        : schedule,
    );
  }

  /** Backups that it has made stay. */
  async remove(named: string, options: RunOptions = {}): Promise<Schedule> {
    const schedule = await this.#find(named);
    const { scheduleId, name } = schedule;
    return await this.#audited('schedule.delete', scheduleId, { name }, options, async () => {
      if (!(await this.store.remove(scheduleId))) throw noSuchSchedule(named);
      return schedule;
    });
  }

  /**
   * Makes a schedule's backup now, in the name of whoever asks; the next time stays as it is.
   *
   * @param start begins the backup. @returns its job's id
   */
  async runNow(
    named: string,
    start: (schedule: Schedule) => Promise<string>,
    options: RunOptions = {},
  ): Promise<{ readonly schedule: Schedule; readonly jobId: string }> {
    const schedule = await this.#find(named);
    const { scheduleId, name } = schedule;
    const { actor = SYSTEM_ACTOR } = options;
    const action = { actor, action: 'schedule.run' as const, subject: scheduleId, details: { name } };
    return await audited(
      this.audit,
      action,
      async () => {
        const startedAt = this.clock.now();
        const jobId = await start(schedule);
        await this.store.noteRun(scheduleId, jobId, startedAt);
        return { schedule, jobId };
      },
      ({ jobId }) => ({ job: jobId }),
    );
  }

  async #find(named: string): Promise<Schedule> {
    const schedule = await this.store.get(named);
    if (schedule) return schedule;
    throw noSuchSchedule(named);
  }

  async #audited(
    action: AuditAction,
    subject: string,
    details: Readonly<Record<string, unknown>>,
    { actor = SYSTEM_ACTOR }: RunOptions,
    act: () => Promise<Schedule>,
  ): Promise<ShownSchedule> {
    return this.#shown(await audited(this.audit, { actor, action, subject, details }, act));
  }

  #shown(schedule: Schedule): ShownSchedule {
    const { nextRunAt } = schedule;
    const { destinations: chosen } = schedule;
    // The primary may be another one by now.
    const destinations = this.choose.run(chosen, chosen);
    const shown = { ...schedule, destinations, unknownDestinations: this.choose.unknown(chosen) };
    if (nextRunAt === null) return { ...shown, nextRuns: [] };
    const after = new Date(Math.max(nextRunAt.getTime(), this.clock.now().getTime()));
    return { ...shown, nextRuns: [nextRunAt, ...nextRuns(schedule, after, 4)] };
  }
}

function given({ destinations, ...command }: ChangeScheduleCommand): Readonly<Record<string, unknown>> {
  const texts = Object.fromEntries(
    Object.entries({
      newName: command.name,
      type: command.scopeName,
      ...command,
      name: undefined,
      scopeName: undefined,
    })
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, value]) => [name, value.slice(0, 200)]),
  );
  if (destinations === undefined) return texts;
  return { ...texts, destinations: destinations === null ? 'all' : namesFor(destinations) };
}

/** For the log, which also holds what was refused. */
function namesFor(destinations: readonly string[]): readonly string[] {
  return destinations.slice(0, 50).map(name => name.slice(0, 100));
}

function noSuchSchedule(named: string): BackupError {
  return new BackupError('not_found', `There is no schedule ${JSON.stringify(named.slice(0, 100))}.`);
}
