import { randomUUID } from 'node:crypto';
import {
  AlarmOutbox,
  ALARMS_THAT_END_WHEN_SEEN,
  LEASE_MS,
  REPEAT_ALARM_MS,
  type Alarm,
  type AlarmCause,
  type AlarmChannelName,
  type AlarmDelivery,
  type AlarmEvent,
  type AlarmFilter,
  type AlarmKind,
  type AlarmSummary,
  type AlarmWithDeliveries,
  type ChannelHistory,
  type ClaimedDelivery,
  type DeliveryOutcome,
  type SentDelivery,
} from '@satchel/domain';
import type { PoolClient } from 'pg';
import type { CatalogDatabase } from '../catalog-database.js';
import { pageOf } from '../page-of.js';
import { storableJson, storableText } from '../storable-text.js';
import { alarmOf, deliveryOf, type AlarmRow, type DeliveryRow } from './alarm-row.js';

/** Longest subject that is kept, in characters: it stands in an index, whose rows have a limit. */
const MAX_SUBJECT = 255;

const ALARM_COLUMNS = `"alarm_id", "kind", "subject", "facts", "opened_at", "last_seen_at", "last_told_at", "times_seen",
  "acknowledged_at", "acknowledged_by", "resolved_at"`;
const DELIVERY_COLUMNS = `"delivery_id", "alarm_id", "channel", "event", "state", "attempts", "created_at", "due_at",
  "finished_at", "problem"`;

/** Alarms and the queue of their messages, in schema `satchel`: written in one transaction, so that none is without the other. */
export class TypeormAlarmOutbox extends AlarmOutbox {
  constructor(private readonly database: CatalogDatabase) {
    super();
  }

  async raise(
    cause: AlarmCause,
    channels: readonly AlarmChannelName[],
    now: Date,
  ): Promise<'raised' | 'repeated' | null> {
    const facts = JSON.stringify(storableJson(cause.facts));
    return await this.database.transaction(async client => {
      const alarmId = randomUUID();
      const subject = subjectOf(cause);
      // Whoever comes second waits here for the first, and then finds its alarm.
      const added = await client.query(
        `INSERT INTO "satchel"."alarm" ("alarm_id", "kind", "subject", "facts", "opened_at", "last_seen_at",
           "last_told_at", "times_seen")
         VALUES ($1, $2, $3, $4, $5, $5, $5, 1)
         ON CONFLICT ("kind", "subject") WHERE "resolved_at" IS NULL DO NOTHING`,
        [alarmId, cause.kind, subject, facts, now],
      );
      if (added.rowCount === 1) {
        await this.#queue(client, alarmId, 'raised', channels, now);
        return 'raised';
      }
      const { rows } = await client.query<AlarmRow & { readonly tell: boolean }>(
        `UPDATE "satchel"."alarm" AS a SET "facts" = $3, "last_seen_at" = greatest(a."last_seen_at", $4),
           "times_seen" = a."times_seen" + 1,
           "last_told_at" = CASE WHEN before."tell" THEN $4 ELSE a."last_told_at" END
         FROM (SELECT "alarm_id", "acknowledged_at" IS NULL AND "last_told_at" <= $5 AS "tell" FROM "satchel"."alarm"
               WHERE "kind" = $1 AND "subject" = $2 AND "resolved_at" IS NULL FOR UPDATE) AS before
         WHERE a."alarm_id" = before."alarm_id" RETURNING a."alarm_id", before."tell"`,
        [cause.kind, subject, facts, now, new Date(now.getTime() - REPEAT_ALARM_MS)],
      );
      const [known] = rows;
      // Resolved between the two statements: the next look raises it anew.
      if (!known?.tell) return null;
      await this.#supersede(client, known.alarm_id, now);
      await this.#queue(client, known.alarm_id, 'repeated', channels, now);
      return 'repeated';
    });
  }

  async resolve(
    key: Pick<AlarmCause, 'kind' | 'subject'>,
    channels: readonly AlarmChannelName[],
    now: Date,
    unlessSeenSince?: Date,
  ): Promise<boolean> {
    return await this.database.transaction(async client => {
      const { rows } = await client.query<{ alarm_id: string }>(
        `UPDATE "satchel"."alarm" SET "resolved_at" = $3
         WHERE "kind" = $1 AND "subject" = $2 AND "resolved_at" IS NULL
           AND ($4::timestamptz IS NULL OR "last_seen_at" < $4) RETURNING "alarm_id"`,
        [key.kind, subjectOf(key), now, unlessSeenSince ?? null],
      );
      const [resolved] = rows;
      if (resolved === undefined) return false;
      await this.#supersede(client, resolved.alarm_id, now);
      await this.#queue(client, resolved.alarm_id, 'resolved', channels, now);
      return true;
    });
  }

  async acknowledge(alarmId: string, by: string, now: Date): Promise<Alarm | null> {
    return await this.database.transaction(async client => {
      const { rows } = await client.query<AlarmRow>(
        `UPDATE "satchel"."alarm" SET "acknowledged_at" = coalesce("acknowledged_at", $2),
           "acknowledged_by" = coalesce("acknowledged_by", $3),
           "resolved_at" = CASE WHEN "kind" = ANY ($4) THEN coalesce("resolved_at", $2) ELSE "resolved_at" END
         WHERE "alarm_id" = $1 RETURNING ${ALARM_COLUMNS}`,
        [alarmId, now, storableText(by), ALARMS_THAT_END_WHEN_SEEN],
      );
      const [row] = rows;
      return row === undefined ? null : alarmOf(row);
    });
  }

  async claim(now: Date, limit: number): Promise<readonly ClaimedDelivery[]> {
    return await this.database.transaction(async client => {
      // What another process is claiming at this moment is passed over, not waited for.
      const { rows: taken } = await client.query<DeliveryRow>(
        `UPDATE "satchel"."alarm_delivery" SET "due_at" = $2, "attempts" = "attempts" + 1
         WHERE "delivery_id" IN (
           SELECT "delivery_id" FROM "satchel"."alarm_delivery" WHERE "state" = 'pending' AND "due_at" <= $1
           ORDER BY "due_at", "created_at" LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING ${DELIVERY_COLUMNS}`,
        [now, new Date(now.getTime() + LEASE_MS), limit],
      );
      const { rows } = await client.query<AlarmRow>(
        `SELECT ${ALARM_COLUMNS} FROM "satchel"."alarm" WHERE "alarm_id" = ANY ($1)`,
        [taken.map(({ alarm_id: id }) => id)],
      );
      const alarms = new Map(rows.map(row => [row.alarm_id, alarmOf(row)]));
      return taken
        .map(deliveryOf)
        .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
        .flatMap(delivery => {
          const alarm = alarms.get(delivery.alarmId ?? '');
          return alarm === undefined ? [] : [{ delivery, alarm }];
        });
    });
  }

  async settle(delivery: AlarmDelivery, outcome: DeliveryOutcome, now: Date): Promise<void> {
    const again = 'againAt' in outcome;
    const problem = outcome.problem === null ? null : storableText(outcome.problem);
    // Each claim counts the attempts up: another process' claim since then is seen by their number.
    await this.database.query({
      name: 'settle alarm delivery',
      text: `
        UPDATE "satchel"."alarm_delivery" SET "state" = $3, "due_at" = $4, "finished_at" = $5,
          "failures" = "failures" + $6, "problem" = coalesce($7, "problem"),
          "problem_at" = CASE WHEN $7::text IS NULL THEN "problem_at" ELSE $8 END
        WHERE "delivery_id" = $1 AND "attempts" = $2 AND "state" = 'pending'`,
      values: [
        delivery.deliveryId,
        delivery.attempts,
        again ? 'pending' : outcome.state,
        again ? outcome.againAt : now,
        again ? null : now,
        again || outcome.state === 'failed' ? 1 : 0,
        problem,
        now,
      ],
    });
  }

  async record(alarm: Alarm | null, sent: readonly SentDelivery[], now: Date): Promise<void> {
    await this.database.transaction(async client => {
      if (alarm !== null) {
        await client.query(
          `INSERT INTO "satchel"."alarm" (${ALARM_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10)
           ON CONFLICT DO NOTHING`,
          [
            alarm.alarmId,
            alarm.kind,
            subjectOf(alarm),
            JSON.stringify(storableJson(alarm.facts)),
            alarm.openedAt,
            alarm.lastSeenAt,
            alarm.timesSeen,
            alarm.acknowledgedAt,
            alarm.acknowledgedBy,
            alarm.resolvedAt,
          ],
        );
      }
      for (const { channel, event, problem } of sent) {
        const failed = problem === null ? 0 : 1;
        await client.query(
          `INSERT INTO "satchel"."alarm_delivery" (${DELIVERY_COLUMNS}, "failures", "problem_at")
           SELECT $1, $2, $3, $4, $5, 1, $6, $6, $6, $7, $8, $9
           WHERE $2::uuid IS NULL OR EXISTS (SELECT FROM "satchel"."alarm" WHERE "alarm_id" = $2)`,
          [
            randomUUID(),
            alarm?.alarmId ?? null,
            channel,
            event,
            failed ? 'failed' : 'delivered',
            now,
            problem === null ? null : storableText(problem),
            failed,
            failed ? now : null,
          ],
        );
      }
    });
  }

  async find(
    filter: AlarmFilter,
  ): Promise<{ readonly total: number; readonly items: readonly AlarmWithDeliveries[] }> {
    const { take, skip } = pageOf({ ...filter });
    const where = `($1::boolean IS NULL OR ("resolved_at" IS NULL) = $1) AND ($2::text[] IS NULL OR "kind" = ANY ($2))`;
    const asked = [filter.open ?? null, filter.kinds ?? null];
    const { rows: counted } = await this.database.query<{ total: number }>({
      text: `SELECT count(*)::int AS total FROM "satchel"."alarm" WHERE ${where}`,
      values: asked,
    });
    const { rows } = await this.database.query<AlarmRow>({
      text: `SELECT ${ALARM_COLUMNS} FROM "satchel"."alarm" WHERE ${where}
        ORDER BY "opened_at" DESC, "alarm_id" DESC LIMIT $3 OFFSET $4`,
      values: [...asked, take, skip],
    });
    const { rows: sent } = await this.database.query<DeliveryRow>({
      text: `SELECT ${DELIVERY_COLUMNS} FROM "satchel"."alarm_delivery" WHERE "alarm_id" = ANY ($1)
        ORDER BY "created_at", "channel", "delivery_id"`,
      values: [rows.map(({ alarm_id: id }) => id)],
    });
    return {
      total: counted[0]?.total ?? 0,
      items: rows.map(row => ({
        alarm: alarmOf(row),
        deliveries: sent.filter(({ alarm_id: id }) => id === row.alarm_id).map(deliveryOf),
      })),
    };
  }

  async summary(): Promise<AlarmSummary> {
    const [open, channels] = await Promise.all([
      this.database.query<{ kind: string; count: number }>({
        name: 'count open alarms',
        text: `SELECT "kind", count(*)::int AS "count" FROM "satchel"."alarm" WHERE "resolved_at" IS NULL
          GROUP BY "kind" ORDER BY "kind"`,
      }),
      this.database.query<ChannelHistory>({
        name: 'sum up alarm channels',
        text: `SELECT "channel", max("finished_at") FILTER (WHERE "state" = 'delivered') AS "lastDeliveredAt",
            max("problem_at") AS "lastProblemAt", sum("failures")::int AS "failures",
            (array_agg("problem" ORDER BY "problem_at" DESC NULLS LAST))[1] AS "lastProblem",
            count(*) FILTER (WHERE "state" = 'pending')::int AS "pending"
          FROM "satchel"."alarm_delivery" GROUP BY "channel" ORDER BY "channel"`,
      }),
    ]);
    return {
      open: open.rows.map(({ kind, count }) => ({ kind: kind as AlarmKind, count })),
      channels: channels.rows,
    };
  }

  async sweep(before: Date): Promise<void> {
    await this.database.transaction(async client => {
      await client.query(`DELETE FROM "satchel"."alarm" WHERE "resolved_at" < $1`, [before]);
      await client.query(
        `DELETE FROM "satchel"."alarm_delivery" WHERE "alarm_id" IS NULL AND "created_at" < $1`,
        [before],
      );
    });
  }

  async #queue(
    client: PoolClient,
    alarmId: string,
    event: AlarmEvent,
    channels: readonly AlarmChannelName[],
    now: Date,
  ): Promise<void> {
    for (const channel of channels) {
      await client.query(
        `INSERT INTO "satchel"."alarm_delivery" ("delivery_id", "alarm_id", "channel", "event", "state", "attempts",
           "failures", "created_at", "due_at")
         VALUES ($1, $2, $3, $4, 'pending', 0, 0, $5, $5)`,
        [randomUUID(), alarmId, channel, event, now],
      );
    }
  }

  /** What was not sent yet would arrive after what has come to be since. */
  async #supersede(client: PoolClient, alarmId: string, now: Date): Promise<void> {
    await client.query(
      `UPDATE "satchel"."alarm_delivery" SET "state" = 'superseded', "finished_at" = $2
       WHERE "alarm_id" = $1 AND "state" = 'pending'`,
      [alarmId, now],
    );
  }
}

function subjectOf({ subject }: Pick<AlarmCause, 'subject'>): string {
  return [...storableText(subject)].slice(0, MAX_SUBJECT).join('');
}
