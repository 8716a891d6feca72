import { RENEWAL_GRACE_MS, type RenewOutcome } from '@satchel/domain';
import type { EntityManager } from 'typeorm';
import { SESSION_COLUMNS, sessionOf, type SessionRow } from './session-row.js';

interface PresentedRow extends SessionRow {
  readonly presented_generation: number;
  readonly generation: number;
  readonly exchanged_hash: string | null;
  readonly exchanged_at: Date | null;
}

/**
 * Exchanges a refresh token; runs in a transaction. Each token carries the generation that it was handed out in, and the
 * session the newest one, so that a token is one of:
 *
 * - of the newest generation: it is exchanged, and a new generation begins;
 * - the very one that began the newest generation, a moment ago: a twin of the newest is handed out;
 * - anything else has been used, or another was used in its place: the session ends.
 *
 * Whoever comes second waits for the session's row and then sees what the first has done. Rows of tokens never change, so
 * locking the session is enough.
 */
export async function exchangeToken(
  manager: EntityManager,
  refreshHash: string,
  nextHash: string,
  now: Date,
): Promise<RenewOutcome> {
  const [presented] = await manager.query<PresentedRow[]>(
    `SELECT ${SESSION_COLUMNS}, t."generation" AS presented_generation, s."generation", s."exchanged_hash",
       s."exchanged_at"
     FROM "satchel"."refresh_token" AS t JOIN "satchel"."session" AS s ON s."session_id" = t."session_id"
     WHERE t."hash" = $1 AND s."ended_at" IS NULL AND s."expires_at" > $2
     FOR UPDATE OF s`,
    [refreshHash, now],
  );
  if (!presented) return { outcome: 'unknown' };
  const { session_id: sessionId, generation } = presented;
  const isNewest = presented.presented_generation === generation;
  if (!isNewest && !isTwin(presented, refreshHash, now)) {
    await manager.query(`UPDATE "satchel"."session" SET "ended_at" = $2 WHERE "session_id" = $1`, [
      sessionId,
      now,
    ]);
    return { outcome: 'reused', session: sessionOf(presented) };
  }
  if (isNewest) {
    await manager.query(
      `UPDATE "satchel"."session"
       SET "generation" = "generation" + 1, "exchanged_hash" = $2, "exchanged_at" = $3,
         "last_used_at" = greatest("last_used_at", $3)
       WHERE "session_id" = $1`,
      [sessionId, refreshHash, now],
    );
  }
  await manager.query(
    `INSERT INTO "satchel"."refresh_token" ("hash", "session_id", "generation") VALUES ($1, $2, $3)`,
    [nextHash, sessionId, isNewest ? generation + 1 : generation],
  );
  const lastUsedAt = now > presented.last_used_at ? now : presented.last_used_at;
  return { outcome: 'renewed', session: { ...sessionOf(presented), lastUsedAt } };
}

/** Whether this is the token that began the newest generation, within the time of grace. */
function isTwin({ exchanged_hash, exchanged_at }: PresentedRow, refreshHash: string, now: Date): boolean {
  if (exchanged_hash !== refreshHash || exchanged_at === null) return false;
  return now.getTime() - exchanged_at.getTime() <= RENEWAL_GRACE_MS;
}
