import type { Job, RestoreReport } from '@satchel/api-client';

/** Takes the report of a restore, or of an undo. @returns null if the job is of another kind, or has not ended well */
export function readReport(report: Job['report']): RestoreReport | null {
  return report !== null && 'totals' in report ? report : null;
}

/** A report as a table for spreadsheets; no cell is taken for a formula. */
export function reportAsCsv({ tables }: Pick<RestoreReport, 'tables'>): string {
  const lines = [
    ['table', 'created', 'updated', 'unchanged', 'skipped', 'deleted'],
    ...tables.map(table => [
      `${table.schema}.${table.name}`,
      table.created,
      table.updated,
      table.unchanged,
      table.skipped,
      table.deleted,
    ]),
  ];
  return lines.map(line => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

function cell(value: string | number): string {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
