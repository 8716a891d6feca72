import type { DrillReport } from '@satchel/use-cases';
import type { Outcome } from '../output.js';
import { count, counted, moment } from '../terminal/quantity.js';
import { fields } from '../terminal/table.js';

/** What drills have proven. @param page where the first one's report was written to */
export function reportDrills(drills: readonly DrillReport[], page: string | null): Outcome {
  return {
    message:
      drills.length === 0
        ? 'There is no backup to drill with; "backup_system create" makes one.'
        : `${counted(drills.length, 'drill')} passed: ${drills.map(({ backup_type: type, restore_seconds: seconds }) => `${type} in ${seconds} s`).join(', ')}.`,
    text: [
      ...drills.map(drill =>
        [
          fields([
            ['type', drill.backup_type],
            ['backup', drill.backup_id],
            ['file', drill.file],
            ['rows as of', moment(drill.backup_created_at)],
            ['restored in', `${drill.restore_seconds} s (with all checks ${drill.total_seconds} s)`],
            ['rows', count(drill.rows)],
          ]),
          ...drill.proven.map(sentence => `  - ${sentence}`),
          ...drill.differences.map(line => `  differs: ${line}`),
          ...drill.left_out.map(line => `  left out: ${line}`),
        ].join('\n'),
      ),
      ...(page === null ? [] : [`The report is in ${page}.`]),
    ].join('\n\n'),
    data: { drills, report_file: page },
    warnings: drills.flatMap(({ warnings }) => warnings),
  };
}
