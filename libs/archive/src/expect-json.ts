import { BackupError } from '@satchel/domain';

/**
 * Checks of parsed JSON from strangers: each takes a value and its place (`relations[3].name`) and returns the value
 * with its type, or throws `invalid_backup` that names place and expectation. Values are never put into messages.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

const MAX_TEXT_LENGTH = 10_000;

export function unexpected(place: string, expected: string): BackupError {
  return new BackupError(
    'invalid_backup',
    `Not a valid backup: ${place} should be ${expected}. The file is damaged or was altered; take another copy of it.`,
    { place, expected },
  );
}

export function expectObject(value: unknown, place: string): JsonObject {
  if (!isObject(value)) throw unexpected(place, 'an object');
  return value;
}

export function expectArray(value: unknown, place: string, maxLength: number): readonly unknown[] {
  if (!Array.isArray(value)) throw unexpected(place, 'an array');
  if (value.length > maxLength) {
    throw new BackupError('too_large', `${place} has ${value.length} elements; the limit is ${maxLength}.`, {
      place,
      limit: maxLength,
    });
  }
  return value;
}

/** A text without NUL, which no name in PostgreSQL has, and of at most 10,000 UTF-16 units. */
export function expectText(value: unknown, place: string): string {
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH || value.includes('\0')) {
    throw unexpected(place, `a text of at most ${MAX_TEXT_LENGTH} characters`);
  }
  return value;
}

export function expectName(value: unknown, place: string): string {
  const text = expectText(value, place);
  if (text === '') throw unexpected(place, 'a text that is not empty');
  return text;
}

export function expectTextOrNull(value: unknown, place: string): string | null {
  return value === null ? null : expectText(value, place);
}

export function expectBoolean(value: unknown, place: string): boolean {
  if (typeof value !== 'boolean') throw unexpected(place, 'true or false');
  return value;
}

/** A whole number from 0 to 2^53 - 1. */
export function expectCount(value: unknown, place: string): number {
  if (!Number.isSafeInteger(value) || typeof value !== 'number' || value < 0) {
    throw unexpected(place, 'a whole number that is not negative');
  }
  return value;
}

export function expectMatch(value: unknown, pattern: RegExp, place: string, expected: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw unexpected(place, expected);
  return value;
}

export function expectDigest(value: unknown, place: string): string {
  return expectMatch(value, /^sha256:[0-9a-f]{64}$/, place, '"sha256:" and 64 hexadecimal digits');
}

/** ISO 8601 in UTC, as `Date.toISOString` writes it. */
export function expectMoment(value: unknown, place: string): string {
  const text = expectMatch(
    value,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/,
    place,
    'a moment such as 2026-01-31T12:00:00Z',
  );
  if (Number.isNaN(Date.parse(text))) throw unexpected(place, 'a moment that exists');
  return text;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
