import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKey } from '@satchel/domain';
import type { AuditRow } from './audit-row.js';

/** What stands for the hash before the first entry. */
export const NO_HASH = 'none';

/** What the newest entry is, sealed, so that its removal shows. */
export interface AuditHead {
  readonly number: string;
  readonly hash: string;
  readonly key_id: string;
  readonly seal: string;
}

/**
 * The hash of an entry: over all that is stored of it, in this order, and the hash before. As a JSON array of texts, so
 * that no two entries have the same bytes.
 */
export function hashOf(row: Omit<AuditRow, 'hash'>, key: SigningKey): string {
  return mac(key, [
    'satchel audit entry 1',
    row.previous_hash,
    row.number,
    row.at,
    row.actor_user_id,
    row.actor_name,
    row.actor_key,
    row.channel,
    row.address,
    row.token_id,
    row.action,
    row.outcome,
    row.subject,
    row.details,
    row.key_id,
  ]);
}

/** The seal of the head. It is no entry's hash, so that none can be put in its place. */
export function sealOf({ number, hash, key_id: keyId }: Omit<AuditHead, 'seal'>, key: SigningKey): string {
  return mac(key, ['satchel audit head 1', number, hash, keyId]);
}

/** Compares two hashes in a time that says nothing about either. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function mac(key: SigningKey, fields: readonly (string | null)[]): string {
  const digest = createHmac('sha256', key.secret.reveal()).update(JSON.stringify(fields)).digest('hex');
  return `hmac-sha256:${digest}`;
}
