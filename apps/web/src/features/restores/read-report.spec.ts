import { expect, it } from 'vitest';
import { reportAsCsv } from './read-report.js';
import { sampleAnalysis } from '../../testing/samples.js';

it('writes a report that a spreadsheet can open, and takes no name for a formula', () => {
  const [table] = sampleAnalysis().plan.tables;
  if (table === undefined) throw new Error('the sample has tables');
  const csv = reportAsCsv({ tables: [table, { ...table, schema: '=cmd', name: 'a,"b"' }] });
  expect(csv.split('\r\n')).toEqual([
    'table,created,updated,unchanged,skipped,deleted',
    'public.students_student,12,7,0,0,0',
    `"'=cmd.a,""b""",12,7,0,0,0`,
    '',
  ]);
});
