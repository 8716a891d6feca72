import type { RowCounts, TablePlan } from '../../lib/contract.js';

export interface RestoreReport {
  readonly mode: string | null;
  readonly tables: readonly TablePlan[];
  readonly totals: RowCounts;
}

/**
 * Takes a restore's report apart, with care: its form depends on the kind of the job.
 *
 * @returns null if it is none
 */
export function readReport(report: unknown): RestoreReport | null {
  if (!isRecord(report)) return null;
  const plan = isRecord(report['plan']) ? report['plan'] : report;
  const tables = [plan['relations'], plan['tables']].find(Array.isArray) as unknown[] | undefined;
  if (tables === undefined) return null;
  const read = tables.filter(isRecord).map(table => ({
    schema: textOf(table['schema']),
    name: textOf(table['name']),
    ...countsOf(table),
  }));
  return {
    mode: typeof plan['mode'] === 'string' ? plan['mode'] : null,
    tables: read,
    totals: countsOf(isRecord(plan['totals']) ? plan['totals'] : {}),
  };
}

/** A report as a table for spreadsheets; no cell is taken for a formula. */
export function reportAsCsv({ tables }: RestoreReport): string {
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

function countsOf(counts: Record<string, unknown>): RowCounts {
  const number = (value: unknown) => (typeof value === 'number' ? value : 0);
  return {
    created: number(counts['created']),
    updated: number(counts['updated']),
    unchanged: number(counts['unchanged']),
    skipped: number(counts['skipped']),
    deleted: number(counts['deleted']),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
