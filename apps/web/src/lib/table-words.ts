import type { TextKey } from '../texts/en.js';
import { en } from '../texts/en.js';
import type { Translate } from '../texts/use-text.js';

type TableKey = Extract<TextKey, `table.${string}`>;

/**
 * A table's rows in the office's words: "12 students". The school's tables have words of their own; of others the name is
 * taken apart.
 *
 * @param table a table's name, with or without its schema
 */
export function countOfRows(t: Translate, table: string, count: number): string {
  const key = keyOf(table);
  if (key !== null) return t(key, { count });
  return t('tableRows', { count, table: humanName(table) });
}

/** A table's name as a heading: "Students". */
export function tableTitle(t: Translate, table: string): string {
  const key = keyOf(table);
  if (key === null) return capital(humanName(table));
  // The words of several, without their number.
  return capital(t(key, { count: 2 }).replace(/^2\s*/u, ''));
}

function keyOf(table: string): TableKey | null {
  const key = `table.${withoutSchema(table)}`;
  return Object.hasOwn(en, key) ? (key as TableKey) : null;
}

function withoutSchema(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1);
}

function humanName(table: string): string {
  return withoutSchema(table).replaceAll('_', ' ');
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
