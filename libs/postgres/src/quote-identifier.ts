/**
 * Writes a name so that SQL takes it as it is: always quoted, whatever it holds.
 *
 * @throws Error for an empty name or one with a NUL, which no PostgreSQL object can have
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0'))
    throw new Error('Not a PostgreSQL name: it is empty or holds a NUL.');
  return `"${name.replaceAll('"', '""')}"`;
}

/** Writes `"schema"."name"`. */
export function quoteQualified(object: { readonly schema: string; readonly name: string }): string {
  return `${quoteIdentifier(object.schema)}.${quoteIdentifier(object.name)}`;
}

/** Writes a list of columns: `"id", "name"`. */
export function quoteColumns(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}

/**
 * Writes a text as a string constant. One with a backslash becomes `E'…'`, so that it means the same whether
 * `standard_conforming_strings` is on or off.
 *
 * @throws Error for a text with a NUL, which PostgreSQL cannot hold
 */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new Error('PostgreSQL cannot hold a text with a NUL in it.');
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
