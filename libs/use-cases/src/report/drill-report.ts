import { relationLabel } from '@satchel/domain';
import type { DrillResult } from '../drill/run-drill.js';

/** A drill: what was proven, table by table, and how long a restore would take. */
export function drillReport(result: DrillResult) {
  const { manifest, tables, checks, differences } = result;
  const { header, stored } = manifest;
  return {
    drill_id: result.drillId,
    backup_id: header.backup.id,
    backup_type: header.backup.type,
    backup_name: header.backup.name,
    backup_created_at: header.backup.createdAt,
    file: stored.file,
    started_at: result.startedAt.toISOString(),
    restore_seconds: seconds(result.restoreMs),
    total_seconds: seconds(result.totalMs),
    rows: result.rows,
    definition_from: result.definitionFrom,
    constraints: checks.constraints,
    indexes: checks.indexes,
    /** What was shown to be true, in sentences. */
    proven: provenBy(result),
    tables: tables.map(({ schema, name, role, rows, compared, written }) => ({
      schema,
      name,
      role,
      rows,
      compared,
      written,
    })),
    differences: differences.map(({ message }) => message),
    left_out: result.leftOut,
    warnings: [
      ...tables
        .filter(({ compared }) => !compared)
        .map(
          table =>
            `${relationLabel(table)}: its rows were counted and not compared, since the live table has other columns by now.`,
        ),
      ...result.warnings,
    ],
  };
}

export type DrillReport = ReturnType<typeof drillReport>;

/** Whether a job's report is that of a drill; reports come from the catalog as plain JSON. */
export function isDrillReport(report: unknown): report is DrillReport {
  return typeof report === 'object' && report !== null && 'drill_id' in report && 'restore_seconds' in report;
}

function provenBy({ tables, rows, checks, definitionFrom }: DrillResult): string[] {
  const compared = tables.filter(table => table.compared).length;
  const added = tables.filter(({ written }) => written === 'added').length;
  const changed = tables.filter(({ written }) => written === 'changed').length;
  return [
    'The file is whole: every digest and the layout of the archive are right.',
    `All ${rows} rows of ${tables.length} tables were restored into an empty database, made from the definition of the ${definitionFrom}.`,
    `The rows of ${compared} tables were read back, and each is equal to the one in the backup.`,
    `${checks.constraints} checks and foreign keys were validated, and ${checks.indexes} indexes built, over all rows.`,
    `A row could be written to ${added + changed} tables (new ones to ${added}, with keys from their sequences), and taken back.`,
  ];
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
