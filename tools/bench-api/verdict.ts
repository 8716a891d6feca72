/** One figure beside what it must not exceed. */
export interface Verdict {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

/** Lines of a table: what, value, limit, whether it is met. */
export function formatVerdicts(verdicts: readonly Verdict[]): string {
  const rows = [
    ['', 'is', 'at most', ''],
    ...verdicts.map(({ what, value, limit, unit }) => [
      what,
      `${format(value)} ${unit}`,
      `${format(limit)} ${unit}`,
      value <= limit ? 'met' : 'NOT MET',
    ]),
  ];
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => (row[column] ?? '').length)));
  return rows
    .map(row =>
      row
        .map((cell, column) =>
          column === 0 || column === 3
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
