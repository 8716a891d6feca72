import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AWKWARD_TEXTS } from './generate/invented.js';
import type { GeneratedTable } from './generate/generated-table.js';
import { generateSchool, type SchoolSize } from './generate-school.js';

type Row = Readonly<Record<string, string | null>>;

const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function rowsOf(table: GeneratedTable): Row[] {
  return [...table.lines()].map(line => {
    const values = line
      .slice(0, -1)
      .split('\t')
      .map(text =>
        text === '\\N' ? null : text.replace(/\\(.)/gs, (_, letter: string) => ESCAPED[letter] ?? letter),
      );
    expect(values.length, table.name).toBe(table.columns.length);
    return Object.fromEntries(table.columns.map((column, index) => [column, values[index] ?? null]));
  });
}

/** Every table's rows; those of attendance, hundreds for each student, only where they are looked at. */
function school(size: SchoolSize, { attendance = false } = {}): Map<string, Row[]> {
  const tables = generateSchool(size).filter(table => attendance || table.name !== 'attendance_attendance');
  return new Map(tables.map(table => [table.name, rowsOf(table)]));
}

function digest(size: SchoolSize): string {
  const hash = createHash('sha256');
  for (const table of generateSchool(size)) for (const line of table.lines()) hash.update(line);
  return hash.digest('hex');
}

/** Where each foreign key column leads, by the end of its name. */
const REFERENCES: readonly (readonly [RegExp, string])[] = [
  [/class_section_id$/, 'subjects_classsection'],
  [/^subject_id$/, 'subjects_subject'],
  [/^teacher_id$/, 'teachers_teacher'],
  [/^student_id$/, 'students_student'],
  [/^route_id$/, 'transport_route'],
  [/stoppage_id$/, 'transport_stoppage'],
  [/^fee_group_id$/, 'fees_feesgroup'],
  [/^fees_type_id$/, 'fees_feestype'],
  [/^fine_type_id$/, 'fines_finetype'],
  [/^fine_id$/, 'fines_fine'],
  [/^(created_by|user)_id$/, 'users_customuser'],
];

describe('generateSchool', () => {
  it('makes the same school for the same seed, to the byte, and another for another', () => {
    const first = digest({ students: 30, seed: 'one' });
    expect(digest({ students: 30, seed: 'one' })).toBe(first);
    expect(digest({ students: 30, seed: 'two' })).not.toBe(first);
    expect(digest({ students: 31, seed: 'one' })).not.toBe(first);
  });

  it.each([
    { students: 1, attendance: true },
    { students: 40, attendance: true },
    { students: 700, attendance: false },
  ])(
    'makes a whole school of $students students: every reference leads somewhere',
    ({ students, attendance }) => {
      const tables = school({ students }, { attendance });
      expect(tables.size).toBe(attendance ? 20 : 19);
      expect(tables.get('students_student')).toHaveLength(students);
      const ids = new Map([...tables].map(([name, rows]) => [name, new Set(rows.map(row => row['id']))]));
      let followed = 0;
      for (const [name, rows] of tables) {
        expect(ids.get(name)?.size, `${name} has equal ids`).toBe(rows.length);
        for (const column of Object.keys(rows[0] ?? {}).filter(key => key.endsWith('_id'))) {
          const target = REFERENCES.find(([pattern]) => pattern.test(column))?.[1];
          if (target === undefined) throw new Error(`${name}.${column} leads nowhere known`);
          for (const row of rows) {
            const value = row[column] ?? null;
            if (value !== null) followed += 1;
            if (value !== null && ids.get(target)?.has(value) !== true)
              expect.fail(`${name}.${column} of ${String(row['id'])} is ${value}, which ${target} lacks`);
          }
        }
      }
      expect(followed).toBeGreaterThan(students);
    },
  );

  it('holds two school years of attendance, one row per student and day', () => {
    const rows = school({ students: 40 }, { attendance: true }).get('attendance_attendance') ?? [];
    expect(new Set(rows.map(row => `${row['student_id']} ${row['date']}`)).size).toBe(rows.length);
    const days = rows.map(row => row['date'] ?? '').sort();
    expect(days[0]?.slice(0, 7)).toBe('2023-04');
    expect(days.at(-1)?.slice(0, 7)).toBe('2025-03');
    expect(rows.length / 40).toBeGreaterThan(400);
    expect(new Set(rows.map(row => row['status']))).toEqual(new Set(['PRESENT', 'ABSENT', 'LATE', 'LEAVE']));
  });

  it('holds what careless code gets wrong: scripts, awkward texts, empty texts beside nulls', () => {
    const tables = school({ students: 500 });
    const texts = new Set([...tables.values()].flatMap(rows => rows.flatMap(row => Object.values(row))));
    const all = [...texts].join('\0');
    for (const text of AWKWARD_TEXTS) expect(all).toContain(text);
    for (const script of ['Latin', 'Devanagari', 'Tamil', 'Arabic', 'Han', 'Cyrillic', 'Bengali'])
      expect(all).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'));
    const both = (table: string, column: string): boolean => {
      const values = (tables.get(table) ?? []).map(row => row[column]);
      return values.includes('') && values.includes(null);
    };
    expect(both('students_student', 'aadhaar_number')).toBe(true);
    expect(both('student_fees_feedeposit', 'note')).toBe(true);
    expect(both('students_student', 'status_reason')).toBe(true);
  });

  it('writes amounts with two places and details as JSON', () => {
    const tables = school({ students: 100 });
    for (const row of tables.get('student_fees_feedeposit') ?? [])
      expect(row['paid_amount']).toMatch(/^\d+\.\d\d$/);
    for (const row of tables.get('fines_fineauditlog') ?? [])
      expect(typeof JSON.parse(row['details'] ?? '')).toBe('object');
  });

  it('leaves room for the files of the old application, and has what they refer to', () => {
    const tables = school({ students: 1_500 });
    const ids = (table: string): number[] => (tables.get(table) ?? []).map(row => Number(row['id']));
    const sections = ids('subjects_classsection');
    for (let section = 1; section <= 30; section += 1) expect(sections).toContain(section);
    for (const table of [
      'teachers_teacher',
      'transport_route',
      'transport_stoppage',
      'fees_feesgroup',
      'fines_finetype',
    ])
      expect(ids(table).filter(id => id > 100 && id <= 200)).toEqual([]);
    expect(ids('students_student').filter(id => id > 1_000 && id <= 2_000)).toEqual([]);
    // The sample brings assignments of the subjects 1 to 10 for the first classes; the pair is unique.
    const pairs = (tables.get('subjects_subjectassignment') ?? []).filter(
      row => Number(row['class_section_id']) <= 15 && Number(row['subject_id']) <= 10,
    );
    expect(pairs).toEqual([]);
  });

  it('refuses a school without students', () => {
    expect(() => generateSchool({ students: 0 })).toThrow(RangeError);
  });
});
