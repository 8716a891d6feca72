import { storableJson } from '../storable-text.js';

/**
 * An entry's details as one text: members in the order of their names, no spaces, nothing that PostgreSQL cannot keep.
 * The text is what is stored and what is hashed.
 */
export function canonicalDetails(details: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(sorted(storableJson(details)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
