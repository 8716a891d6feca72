import { copyLine, type CopyValue } from './copy-line.js';

/** The rows of one table, in COPY's text format. */
export interface GeneratedTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Lines in no particular grouping; can be asked for again and then yields the same. */
  lines(): Iterable<string>;
}

/** When the demo school was entered into the application, for rows whose time means nothing. */
export const ENTERED = '2023-03-20 09:30:00+00';

type Rows = () => Iterable<readonly CopyValue[]>;

/** @param columns their names, between spaces */
export function table(name: string, columns: string, rows: Rows): GeneratedTable {
  return {
    name,
    columns: columns.split(' '),
    *lines() {
      for (const row of rows()) yield copyLine(row);
    },
  };
}

/** Hundredths as an amount with two places. */
export function money(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
}
