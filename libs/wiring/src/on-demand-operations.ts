import type {
  FailedDelete,
  Firing,
  NewScratch,
  Pin,
  Schedule,
  ScheduleChange,
  ScratchDatabase,
  Timetable,
} from '@satchel/domain';
import { RetentionStore, ScheduleStore, ScratchServer } from '@satchel/domain';
import { once, type Make } from './on-demand.js';

/** Schedules, whose store is made at the first call, like the other ports of `on-demand.ts`. */
export class OnDemandScheduleStore extends ScheduleStore {
  readonly #adapter: Make<ScheduleStore>;

  constructor(make: Make<ScheduleStore>) {
    super();
    this.#adapter = once(make);
  }

  async list(): Promise<readonly Schedule[]> {
    return (await this.#adapter()).list();
  }

  async get(named: string): Promise<Schedule | null> {
    return (await this.#adapter()).get(named);
  }

  async add(schedule: Schedule): Promise<void> {
    return (await this.#adapter()).add(schedule);
  }

  async change(scheduleId: string, change: ScheduleChange): Promise<Schedule> {
    return (await this.#adapter()).change(scheduleId, change);
  }

  async remove(scheduleId: string): Promise<boolean> {
    return (await this.#adapter()).remove(scheduleId);
  }

  async noteRun(scheduleId: string, jobId: string, at: Date): Promise<void> {
    return (await this.#adapter()).noteRun(scheduleId, jobId, at);
  }

  async fireNext(
    now: Date,
    fire: (schedule: Schedule) => Firing,
    except?: readonly string[],
  ): Promise<Schedule | null> {
    return (await this.#adapter()).fireNext(now, fire, except);
  }

  async fireTimetable(
    timetable: Timetable,
    now: Date,
    first: Date | null,
    fire: (dueAt: Date) => Firing,
  ): Promise<boolean> {
    return (await this.#adapter()).fireTimetable(timetable, now, first, fire);
  }

  async nextOf(timetableName: string): Promise<Date | null> {
    return (await this.#adapter()).nextOf(timetableName);
  }
}

/** Pins and failed deletes, whose store is made at the first call. */
export class OnDemandRetentionStore extends RetentionStore {
  readonly #adapter: Make<RetentionStore>;

  constructor(make: Make<RetentionStore>) {
    super();
    this.#adapter = once(make);
  }

  async pins(): Promise<readonly Pin[]> {
    return (await this.#adapter()).pins();
  }

  async pin(pin: Pin): Promise<void> {
    return (await this.#adapter()).pin(pin);
  }

  async unpin(backupId: string): Promise<boolean> {
    return (await this.#adapter()).unpin(backupId);
  }

  async damaged(): Promise<readonly string[]> {
    return (await this.#adapter()).damaged();
  }

  async failedDeletes(): Promise<readonly FailedDelete[]> {
    return (await this.#adapter()).failedDeletes();
  }

  async noteFailedDelete(
    failed: Pick<FailedDelete, 'backupId' | 'file' | 'problem'>,
    at: Date,
  ): Promise<FailedDelete> {
    return (await this.#adapter()).noteFailedDelete(failed, at);
  }

  async forgetFailedDelete(backupId: string): Promise<void> {
    return (await this.#adapter()).forgetFailedDelete(backupId);
  }
}

/** Scratch databases, whose server is asked for at the first call. */
export class OnDemandScratchServer extends ScratchServer {
  readonly #adapter: Make<ScratchServer>;

  constructor(make: Make<ScratchServer>) {
    super();
    this.#adapter = once(make);
  }

  async create(scratch: NewScratch, signal?: AbortSignal): Promise<ScratchDatabase> {
    return (await this.#adapter()).create(scratch, signal);
  }

  async sweep(): Promise<number> {
    return (await this.#adapter()).sweep();
  }
}
