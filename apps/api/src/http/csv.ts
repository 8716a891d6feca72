/** What a cell may hold; everything else is for the caller to put into words. */
export type CsvValue = string | number | bigint | boolean | Date | null | undefined;

/**
 * What a spreadsheet would take for a formula, also behind blanks and in the wide forms of East Asian keyboards; tab and
 * line breaks at the start make some of them look at what follows.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;

/** What needs quotes: the separators of other countries' spreadsheets too, so that no cell is cut where they differ. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/**
 * One line of a CSV file, with its line end. A text that a spreadsheet would run as a formula gets an apostrophe before
 * it; numbers are written as they are, since only text can come from strangers.
 *
 * @see RFC 4180
 */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return String(value);
  // A NUL ends the cell in some programs, and a lone surrogate cannot be written as UTF-8.
  const text = value.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD');
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
