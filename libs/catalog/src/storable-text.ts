import type { JobError } from '@satchel/domain';

/** PostgreSQL's text and jsonb hold neither NUL nor half a character; such are replaced, as Unicode recommends. */
export function storableText(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, '\ufffd');
}

/** A copy with every text made storable, names of members too. */
export function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toJSON();
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storableText(name), storableJson(member)]),
  );
}

export function storableError({ kind, message, context }: JobError): string {
  return JSON.stringify(storableJson({ kind, message, context }));
}
