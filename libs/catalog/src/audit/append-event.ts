import { userNameKey, type AuditEvent, type KeyRing, type NewAuditEvent } from '@satchel/domain';
import type { EntityManager } from 'typeorm';
import { storableText } from '../storable-text.js';
import { eventOf, momentSql, type AuditRow } from './audit-row.js';
import { canonicalDetails } from './canonical-details.js';
import { hashOf, NO_HASH, sameHash, sealOf, STORED_COLUMNS, storedValues, type AuditHead } from './chain.js';

/** Any number that nobody else uses as an advisory lock: the bytes of `satchelA`. */
const AUDIT_LOCK = '8314054357404707905';

/** Longest name and subject that are kept, in characters: they stand in indexes, whose rows have a limit. */
const MAX_INDEXED = 255;

interface EndRow extends Partial<AuditHead> {
  readonly newest: string;
  readonly at: string;
}

/**
 * Adds an entry; runs in a transaction. One process at a time, under a lock, so that numbers have no gaps and the chain
 * one end.
 *
 * The head says what the new entry follows. If somebody has changed the head, the entry is added all the same (nobody
 * shall stop the log by breaking it), but it follows a hash that no entry has: `verify` finds the break for ever, where
 * sealing the head anew would have healed it.
 */
export async function appendEvent(
  manager: EntityManager,
  keyRing: KeyRing,
  event: NewAuditEvent,
): Promise<AuditEvent> {
  const key = await keyRing.current();
  // A process that was stopped while it holds the lock is cut off by the server.
  await manager.query(
    `SELECT set_config('lock_timeout', '15s', true), set_config('idle_in_transaction_session_timeout', '15s', true)`,
  );
  await manager.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
  // A statement of its own: it sees what was committed before the lock was ours. Time never goes back along the log.
  const [end] = await manager.query<EndRow[]>(
    `SELECT head."number"::text AS "number", head."hash", head."key_id", head."seal",
       coalesce(last."number", 0)::text AS newest,
       ${momentSql(`greatest(date_trunc('milliseconds', clock_timestamp()), last."at")`)} AS "at"
     FROM (SELECT) AS one
     LEFT JOIN "satchel"."audit_head" AS head ON true
     LEFT JOIN (SELECT "number", "at" FROM "satchel"."audit_event" ORDER BY "number" DESC LIMIT 1) AS last ON true`,
  );
  const head = headOf(end);
  const intact = head === null ? end?.newest === '0' : await isSealed(head, keyRing);
  const newest = BigInt(end?.newest ?? '0');
  const sealed = BigInt(head?.number ?? '0');
  const entry: Omit<AuditRow, 'hash'> = {
    number: String((newest > sealed ? newest : sealed) + 1n),
    at: end?.at ?? '',
    ...described(event),
    key_id: key.keyId,
    previous_hash: intact && newest <= sealed ? (head?.hash ?? NO_HASH) : `broken before ${end?.at ?? ''}`,
  };
  const row: AuditRow = { ...entry, hash: hashOf(entry, key) };
  const next = { number: row.number, hash: row.hash, key_id: key.keyId };
  await manager.query(
    `WITH added AS (
       INSERT INTO "satchel"."audit_event" (${STORED_COLUMNS})
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     )
     INSERT INTO "satchel"."audit_head" ("only", "number", "hash", "key_id", "seal") VALUES (true, $1, $15, $13, $16)
     ON CONFLICT ("only") DO UPDATE
     SET "number" = excluded."number", "hash" = excluded."hash", "key_id" = excluded."key_id", "seal" = excluded."seal"`,
    [...storedValues(row), sealOf(next, key)],
  );
  return eventOf(row);
}

/** Whether a head is as this installation has left it. */
export async function isSealed(head: AuditHead, keyRing: KeyRing): Promise<boolean> {
  const key = await keyRing.byId(head.key_id);
  return key !== null && sameHash(head.seal, sealOf(head, key));
}

function headOf(end: EndRow | undefined): AuditHead | null {
  const { number, hash, key_id: keyId, seal } = end ?? {};
  // A left join's columns are null where there is no head.
  return number && hash && keyId && seal ? { number, hash, key_id: keyId, seal } : null;
}

function described({ actor, action, outcome, subject, details }: NewAuditEvent) {
  const text = (value: string | null): string | null => (value === null ? null : storableText(value));
  const name = storableText(actor.name.slice(0, MAX_INDEXED));
  return {
    actor_user_id: text(actor.userId),
    actor_name: name,
    actor_key: userNameKey(name),
    channel: actor.channel,
    address: text(actor.address),
    token_id: text(actor.tokenId),
    action,
    outcome,
    subject: text(subject?.slice(0, MAX_INDEXED) ?? null),
    details: canonicalDetails(details),
  };
}
