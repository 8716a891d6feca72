import pg from 'pg';

/** How much of the large tables changes, each in percent of their rows as they are now; default 0. */
export interface SchoolChange {
  readonly updatePercent?: number;
  readonly insertPercent?: number;
  readonly deletePercent?: number;
  /** Chooses which rows; default 1. The same number and school give the same change. */
  readonly seed?: number;
}

export interface ChangedRows {
  readonly updated: number;
  readonly inserted: number;
  readonly deleted: number;
}

/** Statements for one table, with places for the condition that chooses rows; any of them may be missing. */
interface TableChange {
  readonly table: string;
  readonly update?: (chosen: string) => string;
  readonly insert?: (chosen: string) => string;
  readonly delete?: (chosen: string) => string;
}

const CHANGES: readonly TableChange[] = [
  {
    table: 'attendance_attendance',
    update: chosen =>
      `UPDATE attendance_attendance SET status = CASE status WHEN 'ABSENT' THEN 'PRESENT' ELSE 'ABSENT' END,
              updated_at = updated_at + interval '1 day' WHERE ${chosen}`,
    insert: chosen =>
      `INSERT INTO attendance_attendance (created_at, updated_at, student_id, class_section_id, date, status)
       SELECT created_at, updated_at, student_id, class_section_id, date + days, status
       FROM attendance_attendance,
            (SELECT 1 + max(date) - min(date) AS days FROM attendance_attendance) past
       WHERE ${chosen} ORDER BY id`,
    delete: chosen => `DELETE FROM attendance_attendance WHERE ${chosen}`,
  },
  {
    table: 'student_fees_feedeposit',
    update: chosen =>
      `UPDATE student_fees_feedeposit SET paid_amount = paid_amount + 0.01, note = concat(note, ' (corrected)') WHERE ${chosen}`,
    insert: chosen =>
      `INSERT INTO student_fees_feedeposit
         (student_id, amount, discount, paid_amount, receipt_no, deposit_date, payment_mode, transaction_no, payment_source, note)
       SELECT student_id, amount, discount, paid_amount, concat('again ', id), deposit_date + interval '1 year',
              payment_mode, transaction_no, payment_source, note
       FROM student_fees_feedeposit WHERE ${chosen} ORDER BY id`,
    delete: chosen => `DELETE FROM student_fees_feedeposit WHERE ${chosen}`,
  },
  {
    table: 'students_student',
    update: chosen =>
      `UPDATE students_student SET due_amount = due_amount + 100, address = concat(address, E'\\n(moved)'),
              updated_at = updated_at + interval '1 day' WHERE ${chosen}`,
  },
  {
    table: 'fines_finestudent',
    delete: chosen => `DELETE FROM fines_finestudent WHERE ${chosen}`,
  },
];

/**
 * Changes a share of a filled school's rows, as a year of work would: attendance and payments are corrected, added and
 * removed, students move. One transaction; every rule of the schema holds after it.
 *
 * @returns how many rows of all tables were changed
 */
export async function changeSchool(url: string, change: SchoolChange): Promise<ChangedRows> {
  const { updatePercent = 0, insertPercent = 0, deletePercent = 0, seed = 1 } = change;
  const client = new pg.Client({ connectionString: url, application_name: 'satchel demo school' });
  await client.connect();
  try {
    await client.query('BEGIN');
    // Added rows come last, and the other two look at different rows, so that no row is counted twice.
    const deleted = await run(client, step => step.delete, chooseRows(seed, 0, deletePercent));
    const updated = await run(client, step => step.update, chooseRows(seed, deletePercent, updatePercent));
    const inserted = await run(client, step => step.insert, chooseRows(seed, 0, insertPercent, true));
    await client.query('COMMIT');
    return { updated, inserted, deleted };
  } finally {
    await client.end();
  }
}

async function run(
  client: pg.Client,
  statementOf: (step: TableChange) => ((chosen: string) => string) | undefined,
  chosen: string,
): Promise<number> {
  let rows = 0;
  for (const step of CHANGES) {
    const statement = statementOf(step);
    if (statement) rows += (await client.query(statement(chosen))).rowCount ?? 0;
  }
  return rows;
}

/**
 * A condition that `percent` of the rows meet, spread over the whole table: keys are multiplied by a large prime modulo
 * another, which puts neighbours far apart.
 */
function chooseRows(seed: number, fromPercent: number, percent: number, otherwise = false): string {
  const start = Math.round(fromPercent * 10_000);
  const end = start + Math.round(percent * 10_000);
  const factor = otherwise ? 982_451_653 : 961_748_941;
  const spread = `(id % 1000003 * ${factor} + ${Math.trunc(seed) % 1_000_003} * 15485863) % 1000003`;
  return `${spread} >= ${start} AND ${spread} < ${end}`;
}
