import { safeLine } from './safe-text.js';
import { textWidth } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Lays out rows under titles with two spaces between columns, indented by two; no lines to draw, easy to cut up. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map(row => row.map(safeLine))];
  const widths = columns.map((_, index) => Math.max(...cells.map(row => textWidth(row[index] ?? ''))));
  return cells
    .map(row =>
      `  ${columns.map((column, index) => pad(row[index] ?? '', widths[index] ?? 0, column.align)).join('  ')}`.trimEnd(),
    )
    .join('\n');
}

/** Lays out names and values, one pair a line. */
export function fields(pairs: readonly (readonly [string, string | null])[]): string {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null);
  const width = Math.max(...shown.map(([name]) => textWidth(name)));
  return shown.map(([name, value]) => `  ${pad(name, width)}  ${safeLine(value)}`.trimEnd()).join('\n');
}

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + space : space + text;
}
