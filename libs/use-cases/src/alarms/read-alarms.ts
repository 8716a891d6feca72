import type {
  Actor,
  Alarm,
  AlarmChannelName,
  AlarmFilter,
  AlarmOutbox,
  AlarmSummary,
  AlarmWithDeliveries,
  AuditLog,
  ChannelHistory,
  Clock,
} from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import { Watched, type Answer } from '../watched.js';
import type { AlarmChannels } from './alarm-channels.js';

/** A channel that is set up, and how it has done. */
export interface ChannelStatus extends Omit<ChannelHistory, 'channel'> {
  readonly channel: AlarmChannelName;
  readonly target: string;
}

/** Asked as often as somebody looks at a screen or a scraper comes by. */
const SUMMARY = { freshMs: 2_000, staleMs: 10_000, patienceMs: 2_000 };

/** Shows what is wrong or was, and lets somebody say that they know. */
export class ReadAlarms {
  readonly #summary: Watched<AlarmSummary>;

  constructor(
    private readonly outbox: AlarmOutbox,
    private readonly channels: AlarmChannels,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {
    this.#summary = new Watched('catalog', () => outbox.summary(), SUMMARY);
  }

  find(
    filter: AlarmFilter,
  ): Promise<{ readonly total: number; readonly items: readonly AlarmWithDeliveries[] }> {
    return this.outbox.find(filter);
  }

  /** At most ten seconds old; a catalog that is away is an answer. */
  summary(): Promise<Answer<AlarmSummary>> {
    return this.#summary.read();
  }

  async channelStatus(): Promise<readonly ChannelStatus[]> {
    const { channels } = await this.outbox.summary();
    return this.channels.all.map(({ name, target }) => {
      const history = channels.find(({ channel }) => channel === name);
      return {
        lastDeliveredAt: null,
        lastProblemAt: null,
        lastProblem: null,
        failures: 0,
        pending: 0,
        ...history,
        channel: name,
        target,
      };
    });
  }

  /** @throws BackupError `not_found` */
  async acknowledge(alarmId: string, actor: Actor): Promise<Alarm> {
    const action = { actor, action: 'alarm.acknowledge', subject: alarmId, details: {} } as const;
    return await audited(
      this.audit,
      action,
      async () => {
        const alarm = await this.outbox.acknowledge(alarmId, actor.name, this.clock.now());
        if (alarm === null) throw new BackupError('not_found', `There is no alarm ${alarmId}.`, { alarmId });
        return alarm;
      },
      ({ kind }) => ({ kind }),
    );
  }
}
