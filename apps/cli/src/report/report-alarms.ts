import type { AlarmDelivery, AlarmWithDeliveries } from '@satchel/domain';
import { describeAlarm } from '@satchel/domain';
import type { TestedChannel } from '@satchel/use-cases';
import { EXIT_CODES } from '../exit-codes.js';
import type { Outcome } from '../output.js';
import { counted, moment } from '../terminal/quantity.js';
import { table } from '../terminal/table.js';

export function reportAlarms({
  total,
  items,
}: {
  readonly total: number;
  readonly items: readonly AlarmWithDeliveries[];
}): Outcome {
  return {
    message: total === 0 ? 'No alarms.' : `${counted(total, 'alarm')}:`,
    text:
      items.length === 0
        ? ''
        : table(
            [{ title: 'since (UTC)' }, { title: 'state' }, { title: 'what' }, { title: 'told' }],
            items.map(({ alarm, deliveries }) => [
              moment(alarm.openedAt).slice(0, 16),
              alarm.resolvedAt !== null ? 'over' : alarm.acknowledgedAt !== null ? 'known' : 'open',
              describeAlarm(alarm).title,
              toldText(deliveries),
            ]),
          ),
    data: {
      total,
      alarms: items.map(({ alarm, deliveries }) => ({
        alarm_id: alarm.alarmId,
        kind: alarm.kind,
        subject: alarm.subject,
        title: describeAlarm(alarm).title,
        facts: alarm.facts,
        opened_at: alarm.openedAt,
        last_seen_at: alarm.lastSeenAt,
        times_seen: alarm.timesSeen,
        acknowledged_at: alarm.acknowledgedAt,
        acknowledged_by: alarm.acknowledgedBy,
        resolved_at: alarm.resolvedAt,
        deliveries: deliveries.map(({ channel, event, state, attempts, finishedAt, problem }) => ({
          channel,
          event,
          state,
          attempts,
          finished_at: finishedAt,
          problem,
        })),
      })),
    },
    warnings: [],
  };
}

/** A channel that takes nothing is bad news of the installation, not of the command: the exit code says so. */
export function reportAlarmTest(tested: readonly TestedChannel[]): Outcome {
  const failed = tested.filter(({ problem }) => problem !== null);
  return {
    message:
      failed.length === 0
        ? 'The test has arrived everywhere.'
        : `The test did not get through by ${failed.map(({ channel }) => channel).join(', ')}.`,
    text: tested
      .map(({ channel, target, problem }) => `  ${channel} to ${target}: ${problem ?? 'arrived'}`)
      .join('\n'),
    data: tested.map(({ channel, target, problem }) => ({
      channel,
      target,
      delivered: problem === null,
      problem,
    })),
    warnings: [],
    ...(failed.length > 0 ? { exitCode: EXIT_CODES.unavailable } : {}),
  };
}

/** `email delivered, slack pending: …`: the last message of each channel. */
function toldText(deliveries: readonly AlarmDelivery[]): string {
  const last = new Map(deliveries.map(delivery => [delivery.channel, delivery]));
  return [...last.values()]
    .map(
      ({ channel, state, problem }) =>
        `${channel} ${state}${state === 'failed' && problem ? `: ${problem}` : ''}`,
    )
    .join(', ');
}
