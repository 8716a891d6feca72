import { randomUUID } from 'node:crypto';
import type { Actor, AlarmChannelName, AlarmOutbox, AuditLog, Clock } from '@satchel/domain';
import { BackupError, toBackupError } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import type { AlarmChannels } from './alarm-channels.js';

export interface TestedChannel {
  readonly channel: AlarmChannelName;
  readonly target: string;
  /** Null: it arrived. */
  readonly problem: string | null;
}

/** Sends a test through every channel, past the queue, so that whoever asked sees what becomes of it. */
export class TestAlarms {
  constructor(
    private readonly outbox: AlarmOutbox,
    private readonly channels: AlarmChannels,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws BackupError `conflict` if no channel is set up; `unavailable` if it cannot be recorded */
  async run(actor: Actor, signal?: AbortSignal): Promise<readonly TestedChannel[]> {
    if (this.channels.all.length === 0) {
      throw new BackupError(
        'conflict',
        'No way to send alarms is set up. Set ALARM_EMAIL_TO, ALARM_WEBHOOK_URL, ALARM_SLACK_URL, ALARM_TEAMS_URL or ALARM_TELEGRAM_TOKEN; docs/alarms.md says how.',
      );
    }
    const action = { actor, action: 'alarm.test', subject: null, details: {} } as const;
    const tested = await audited(
      this.audit,
      action,
      () => this.#sendAll(signal),
      all => ({
        delivered: all.filter(({ problem }) => problem === null).map(({ channel }) => channel),
        failed: all.filter(({ problem }) => problem !== null).map(({ channel }) => channel),
      }),
    );
    await this.outbox.record(
      null,
      tested.map(({ channel, problem }) => ({ channel, event: 'test', problem })),
      this.clock.now(),
    );
    return tested;
  }

  #sendAll(signal: AbortSignal | undefined): Promise<readonly TestedChannel[]> {
    return Promise.all(
      this.channels.all.map(async channel => {
        const notice = {
          deliveryId: randomUUID(),
          event: 'test',
          alarm: null,
          at: this.clock.now(),
        } as const;
        const problem = await channel
          .send(notice, signal)
          .catch((thrown: unknown) => toBackupError(thrown).message);
        return { channel: channel.name, target: channel.target, problem };
      }),
    );
  }
}
