import type { FactoryProvider } from '@nestjs/common';
import { HttpHeartbeat, openChannels } from '@satchel/alarms';
import { AlarmOutbox, AuditLog, Clock, Heartbeat, NoHeartbeat } from '@satchel/domain';
import {
  AlarmChannels,
  DeliverAlarms,
  JobAlarms,
  RaiseAlarms,
  ReadAlarms,
  TestAlarms,
  type AlarmLog,
} from '@satchel/use-cases';
import { OnDemandAlarmOutbox } from './on-demand-alarm-outbox.js';
import { ProtectedDatabase } from './protected-database.js';
import { provide } from './provide.js';
import type { WiringConfig } from './wiring.config.js';

/** Everything about alarms that commands and servers share: channels, outbox, and the use cases on them. */
export function alarmProviders(
  { alarms, scopeConfig }: Pick<WiringConfig, 'alarms' | 'scopeConfig'>,
  log: AlarmLog,
): FactoryProvider[] {
  const { channels, wording, heartbeatUrl } = alarms;
  return [
    provide(AlarmChannels, [], () => new AlarmChannels(openChannels(channels, wording))),
    provide(Heartbeat, [], () =>
      heartbeatUrl === null ? new NoHeartbeat() : new HttpHeartbeat(heartbeatUrl),
    ),
    provide(
      AlarmOutbox,
      [ProtectedDatabase],
      (database: ProtectedDatabase) => new OnDemandAlarmOutbox(() => database.openAlarmOutbox()),
    ),
    provide(
      RaiseAlarms,
      [AlarmOutbox, AlarmChannels, Clock],
      (outbox: AlarmOutbox, all: AlarmChannels, clock: Clock) => new RaiseAlarms(outbox, all, clock, log),
    ),
    provide(
      DeliverAlarms,
      [AlarmOutbox, AlarmChannels, RaiseAlarms, Clock],
      (outbox: AlarmOutbox, all: AlarmChannels, raise: RaiseAlarms, clock: Clock) =>
        new DeliverAlarms(outbox, all, raise, clock, log),
    ),
    provide(
      JobAlarms,
      [RaiseAlarms, DeliverAlarms, Heartbeat],
      (raise: RaiseAlarms, deliver: DeliverAlarms, heartbeat: Heartbeat) =>
        new JobAlarms({ raise, deliver, heartbeat, scopes: scopeConfig.scopes, log }),
    ),
    provide(
      TestAlarms,
      [AlarmOutbox, AlarmChannels, AuditLog, Clock],
      (outbox: AlarmOutbox, all: AlarmChannels, audit: AuditLog, clock: Clock) =>
        new TestAlarms(outbox, all, audit, clock),
    ),
    provide(
      ReadAlarms,
      [AlarmOutbox, AlarmChannels, AuditLog, Clock],
      (outbox: AlarmOutbox, all: AlarmChannels, audit: AuditLog, clock: Clock) =>
        new ReadAlarms(outbox, all, audit, clock),
    ),
  ];
}

/** At a shell: what matters goes to the person, as a note beside the command's own result. */
export function noticeLog(notice: (line: string) => void): AlarmLog {
  const problem = (fields: object, message: string): void => {
    const { problem: why, channel } = fields as { readonly problem?: string; readonly channel?: string };
    notice(
      `Warning: ${message}${channel === undefined ? '' : ` (${channel})`}${why === undefined ? '' : ` ${why}`}`,
    );
  };
  return { info: () => undefined, warn: problem, error: problem };
}
