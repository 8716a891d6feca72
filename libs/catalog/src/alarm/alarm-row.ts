import type {
  Alarm,
  AlarmChannelName,
  AlarmDelivery,
  AlarmEvent,
  AlarmKind,
  DeliveryState,
} from '@satchel/domain';

export interface AlarmRow {
  readonly alarm_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly facts: object;
  readonly opened_at: Date;
  readonly last_seen_at: Date;
  readonly last_told_at: Date;
  readonly times_seen: number;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly resolved_at: Date | null;
}

export interface DeliveryRow {
  readonly delivery_id: string;
  readonly alarm_id: string | null;
  readonly channel: string;
  readonly event: string;
  readonly state: string;
  readonly attempts: number;
  readonly created_at: Date;
  readonly due_at: Date;
  readonly finished_at: Date | null;
  readonly problem: string | null;
}

export function alarmOf(row: AlarmRow): Alarm {
  return {
    alarmId: row.alarm_id,
    kind: row.kind as AlarmKind,
    subject: row.subject,
    facts: row.facts,
    openedAt: row.opened_at,
    lastSeenAt: row.last_seen_at,
    timesSeen: row.times_seen,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    resolvedAt: row.resolved_at,
    // What was written as one kind is read as the same.
  } as Alarm;
}

export function deliveryOf(row: DeliveryRow): AlarmDelivery {
  return {
    deliveryId: row.delivery_id,
    alarmId: row.alarm_id,
    channel: row.channel as AlarmChannelName,
    event: row.event as AlarmEvent,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    createdAt: row.created_at,
    dueAt: row.due_at,
    finishedAt: row.finished_at,
    problem: row.problem,
  };
}
