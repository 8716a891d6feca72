import type { AuditAction, AuditEvent, AuditOutcome, Channel } from '@satchel/domain';

/** An entry as `AUDIT_COLUMNS` select it: every column as the text that its hash covers. */
export interface AuditRow {
  readonly number: string;
  /** UTC, ISO 8601, with microseconds. */
  readonly at: string;
  readonly actor_user_id: string | null;
  readonly actor_name: string;
  readonly actor_key: string;
  readonly channel: string;
  readonly address: string | null;
  readonly token_id: string | null;
  readonly action: string;
  readonly outcome: string;
  readonly subject: string | null;
  readonly details: string;
  readonly key_id: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** How a moment is written in what is hashed. Without a reading of the session's time zone or DateStyle. */
export function momentSql(expression: string): string {
  return `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** What is selected of `"satchel"."audit_event" AS e`. */
export const AUDIT_COLUMNS = `e."number"::text AS "number", ${momentSql('e."at"')} AS "at", e."actor_user_id",
  e."actor_name", e."actor_key", e."channel", e."address", e."token_id", e."action", e."outcome", e."subject",
  e."details"::text AS "details", e."key_id", e."previous_hash", e."hash"`;

export function eventOf(row: AuditRow): AuditEvent {
  return {
    number: Number(row.number),
    at: new Date(row.at),
    actor: {
      userId: row.actor_user_id,
      name: row.actor_name,
      channel: row.channel as Channel,
      address: row.address,
      tokenId: row.token_id,
    },
    action: row.action as AuditAction,
    outcome: row.outcome as AuditOutcome,
    subject: row.subject,
    details: JSON.parse(row.details) as Record<string, unknown>,
    hash: row.hash,
  };
}
