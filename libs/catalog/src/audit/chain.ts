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
 * What is known of an entry before its hash, in the order in which the hash covers it, and in which it is stored. The order is
 * part of every hash that was ever made: never change it.
 */
const ENTRY_COLUMNS = [
  'number',
  'at',
  'actor_user_id',
  'actor_name',
  'actor_key',
  'channel',
  'address',
  'token_id',
  'action',
  'outcome',
  'subject',
  'details',
  'key_id',
] as const satisfies readonly (keyof AuditRow)[];

/** What the log's table is filled from: the columns as SQL names them, and a row's values, in one order. */
export const STORED_COLUMNS = [...ENTRY_COLUMNS, 'previous_hash', 'hash'].map(name => `"${name}"`).join(', ');

export function storedValues(row: AuditRow): (string | null)[] {
  return [...entryValues(row), row.previous_hash, row.hash];
}

function entryValues(row: Omit<AuditRow, 'hash'>): (string | null)[] {
  return ENTRY_COLUMNS.map(name => row[name]);
}

/**
 * The hash of an entry: over all that is stored of it, in this order, and the hash before. As a JSON array of texts, so
 * that no two entries have the same bytes.
 */
export function hashOf(row: Omit<AuditRow, 'hash'>, key: SigningKey): string {
  return mac(key, ['satchel audit entry 1', row.previous_hash, ...entryValues(row)]);
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
