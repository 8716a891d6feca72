/** A value of a row as PostgreSQL reads it; null is SQL's null and differs from the empty text. */
export type CopyValue = string | number | boolean | null;

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/**
 * Writes a row in COPY's text format, with its line feed.
 *
 * @see PostgreSQL, documentation of COPY, "Text Format"
 */
export function copyLine(values: readonly CopyValue[]): string {
  return `${values.map(copyValue).join('\t')}\n`;
}

function copyValue(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return value.replace(/[\\\b\f\n\r\t\v]/g, character => ESCAPES[character] ?? character);
}
