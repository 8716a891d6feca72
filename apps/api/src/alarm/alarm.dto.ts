import type { AlarmDelivery, AlarmFilter, AlarmLanguage, AlarmWithDeliveries } from '@satchel/domain';
import {
  ALARM_CHANNELS,
  ALARM_EVENTS,
  ALARM_KINDS,
  ALARM_LANGUAGES,
  DELIVERY_STATES,
  describeAlarm,
} from '@satchel/domain';
import type { ChannelStatus, TestedChannel } from '@satchel/use-cases';
import { z } from 'zod';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { ID } from '../http/ids.js';
import { PAGE_QUERY } from '../http/page.dto.js';

export const ALARM_QUERY = z.object({
  state: z
    .enum(['open', 'past', 'all'])
    .default('all')
    .describe('`open`: what is wrong now; `past`: what is well again.'),
  kind: z.enum(ALARM_KINDS).optional(),
  language: z.enum(ALARM_LANGUAGES).default('en').describe('Of `title` and `lines`.'),
  ...PAGE_QUERY,
});
export type AlarmQuery = z.infer<typeof ALARM_QUERY>;

const CHANNEL = z.enum(ALARM_CHANNELS);

const DELIVERY = z
  .object({
    delivery_id: ID,
    channel: CHANNEL,
    event: z.enum(ALARM_EVENTS),
    state: z
      .enum(DELIVERY_STATES)
      .describe('`superseded`: it had changed before it could be told; `failed`: given up.'),
    attempts: z.int().min(0),
    created_at: TIMESTAMP,
    next_attempt_at: TIMESTAMP.nullable(),
    finished_at: TIMESTAMP.nullable(),
    problem: z.string().nullable().describe('What went wrong last.'),
  })
  .meta({ id: 'AlarmDelivery' });

export const ALARM = z
  .object({
    alarm_id: ID,
    kind: z.enum(ALARM_KINDS),
    subject: z.string().describe('What it is about: a backup type, a job, a service, an address …'),
    title: z.string(),
    lines: z.array(z.string()).describe('What is known, and what to do.'),
    facts: z.record(z.string(), z.unknown()),
    open: z.boolean(),
    opened_at: TIMESTAMP,
    last_seen_at: TIMESTAMP,
    times_seen: z.int().min(1),
    acknowledged_at: TIMESTAMP.nullable(),
    acknowledged_by: z.string().nullable(),
    resolved_at: TIMESTAMP.nullable(),
    deliveries: z.array(DELIVERY).describe('Messages about it, oldest first.'),
  })
  .meta({ id: 'Alarm' });

export const ALARM_CHANNEL_LIST = z.array(
  z
    .object({
      channel: CHANNEL,
      target: z.string().describe('Where it goes, without a secret.'),
      last_delivered_at: TIMESTAMP.nullable(),
      last_problem_at: TIMESTAMP.nullable(),
      last_problem: z.string().nullable(),
      failures: z.int().min(0).describe('Attempts that failed.'),
      pending: z.int().min(0).describe('Messages that wait.'),
    })
    .meta({ id: 'AlarmChannel' }),
);

export const ALARM_TEST = z.array(
  z
    .object({
      channel: CHANNEL,
      target: z.string(),
      delivered: z.boolean(),
      problem: z.string().nullable(),
    })
    .meta({ id: 'AlarmTest' }),
);

export function toAlarmFilter({ state, kind }: AlarmQuery): AlarmFilter {
  return {
    ...(state === 'all' ? {} : { open: state === 'open' }),
    ...(kind === undefined ? {} : { kinds: [kind] }),
  };
}

export function toAlarmReply(
  { alarm, deliveries }: AlarmWithDeliveries,
  language: AlarmLanguage,
): z.input<typeof ALARM> {
  const { title, lines } = describeAlarm(alarm, language);
  return {
    alarm_id: alarm.alarmId,
    kind: alarm.kind,
    subject: alarm.subject,
    title,
    lines: [...lines],
    facts: snakeCase(alarm.facts),
    open: alarm.resolvedAt === null,
    opened_at: alarm.openedAt.toISOString(),
    last_seen_at: alarm.lastSeenAt.toISOString(),
    times_seen: alarm.timesSeen,
    acknowledged_at: alarm.acknowledgedAt?.toISOString() ?? null,
    acknowledged_by: alarm.acknowledgedBy,
    resolved_at: alarm.resolvedAt?.toISOString() ?? null,
    deliveries: deliveries.map(toDeliveryReply),
  };
}

export function toChannelReply(status: ChannelStatus): z.input<typeof ALARM_CHANNEL_LIST>[number] {
  return {
    channel: status.channel,
    target: status.target,
    last_delivered_at: status.lastDeliveredAt?.toISOString() ?? null,
    last_problem_at: status.lastProblemAt?.toISOString() ?? null,
    last_problem: status.lastProblem,
    failures: status.failures,
    pending: status.pending,
  };
}

export function toTestReply({ channel, target, problem }: TestedChannel): z.input<typeof ALARM_TEST>[number] {
  return { channel, target, delivered: problem === null, problem };
}

function toDeliveryReply(delivery: AlarmDelivery): z.input<typeof DELIVERY> {
  return {
    delivery_id: delivery.deliveryId,
    channel: delivery.channel,
    event: delivery.event,
    state: delivery.state,
    attempts: delivery.attempts,
    created_at: delivery.createdAt.toISOString(),
    next_attempt_at: delivery.state === 'pending' ? delivery.dueAt.toISOString() : null,
    finished_at: delivery.finishedAt?.toISOString() ?? null,
    problem: delivery.problem,
  };
}

/** With the contract's names. */
function snakeCase(facts: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]: [string, unknown]) => [
      name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
