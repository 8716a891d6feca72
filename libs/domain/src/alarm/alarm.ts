import type { ErrorKind } from '../errors.js';

/** What an alarm can be about. The closed list serves messages, metrics, filters and screens. */
export const ALARM_KINDS = [
  'backup_failed',
  'backup_overdue',
  'backup_unverified',
  'restore_failed',
  'drill_failed',
  'copy_failed',
  'copy_damaged',
  'retention_failed',
  'storage_nearly_full',
  'service_down',
  'sign_in_attack',
  'audit_broken',
  'delivery_failed',
] as const;

export type AlarmKind = (typeof ALARM_KINDS)[number];

/**
 * What is known of each kind, beside its subject. No secret, no row, and of an error only its kind: messages of errors
 * name rows, and an alarm leaves the house. Names are texts of strangers; whoever shows them makes them harmless.
 */
export interface AlarmFacts {
  /** Subject: the backup type. */
  readonly backup_failed: { readonly name: string | null; readonly jobId: string; readonly error: ErrorKind };
  /** Subject: the backup type. `lastGoodAt` null: there is none. ISO 8601. `allowedHours` null: its schedule says when. */
  readonly backup_overdue: { readonly lastGoodAt: string | null; readonly allowedHours: number | null };
  /** Subject: the backup type. Of `backups`, the one that was read longest ago. */
  readonly backup_unverified: {
    readonly backups: number;
    readonly file: string | null;
    readonly readAt: string | null;
    readonly allowedDays: number;
  };
  /** Subject: the restore's id. */
  readonly restore_failed: { readonly file: string | null; readonly error: ErrorKind };
  /** Subject: the backup type that was tried. */
  readonly drill_failed: { readonly backupId: string | null; readonly error: ErrorKind };
  /** Subject: the destination's name. */
  readonly copy_failed: { readonly file: string | null; readonly error: ErrorKind };
  /** Subject: the backup's id; and after a space, where one copy of it is meant, the destination's name. */
  readonly copy_damaged: { readonly file: string | null; readonly destination: string | null };
  /** Subject: `cleanup`, or the destination's name. */
  readonly retention_failed: { readonly backups: number };
  /** Subject: the storage's name. */
  readonly storage_nearly_full: {
    readonly usedPercent: number | null;
    readonly freeBytes: number;
    readonly daysUntilFull: number | null;
  };
  /** Subject: `database`, `catalog`, `storage`, `queue`, `workers`. */
  readonly service_down: { readonly error: ErrorKind | null };
  /** Subject: `user:` or `address:` and who is tried, or who tries. */
  readonly sign_in_attack: { readonly refused: number; readonly minutes: number };
  /** Subject: `audit`. */
  readonly audit_broken: { readonly problems: number; readonly firstNumber: number };
  /** Subject: the channel. */
  readonly delivery_failed: { readonly attempts: number; readonly problem: string };
}

/** Something that is wrong. `kind` and `subject` together are one cause: there is one open alarm of it at a time. */
export type AlarmCause = {
  readonly [Kind in AlarmKind]: {
    readonly kind: Kind;
    readonly subject: string;
    readonly facts: AlarmFacts[Kind];
  };
}[AlarmKind];

/** An alarm as it is kept. */
export type Alarm = AlarmCause & {
  readonly alarmId: string;
  readonly openedAt: Date;
  /** When it was last seen to be so. */
  readonly lastSeenAt: Date;
  readonly timesSeen: number;
  /** Somebody knows: it is not repeated any more. */
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  /** Null: it is open. */
  readonly resolvedAt: Date | null;
};

/** What a message says of an alarm. `test`: nothing is wrong, somebody tries the channel. */
export const ALARM_EVENTS = ['raised', 'repeated', 'resolved', 'test'] as const;
export type AlarmEvent = (typeof ALARM_EVENTS)[number];

export const ALARM_CHANNELS = ['email', 'webhook', 'slack', 'teams', 'telegram'] as const;
export type AlarmChannelName = (typeof ALARM_CHANNELS)[number];

/** - `superseded`: what it would have said had changed before it could be sent. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'superseded'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One message to one channel. */
export interface AlarmDelivery {
  readonly deliveryId: string;
  /** Null: a test. */
  readonly alarmId: string | null;
  readonly channel: AlarmChannelName;
  readonly event: AlarmEvent;
  readonly state: DeliveryState;
  /** How often it was begun. */
  readonly attempts: number;
  readonly createdAt: Date;
  /** When it is tried next; of a delivery that has ended, when it was last to be. */
  readonly dueAt: Date;
  readonly finishedAt: Date | null;
  /** What went wrong last, for a person; no secret. */
  readonly problem: string | null;
}

/** An open alarm is told again after so long, in milliseconds, unless somebody knows. */
export const REPEAT_ALARM_MS = 24 * 3_600_000;

/**
 * Kinds of which nothing is left to be well again: once somebody has seen it, it is over. A restore that failed changed
 * nothing; there may never be another.
 */
export const ALARMS_THAT_END_WHEN_SEEN: readonly AlarmKind[] = ['restore_failed'];

/** The key of a cause: one open alarm of each. */
export function alarmKey({ kind, subject }: Pick<AlarmCause, 'kind' | 'subject'>): string {
  return `${kind}:${subject}`;
}
