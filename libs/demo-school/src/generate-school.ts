import { attendance } from './generate/attendance.js';
import { classSections, subjectAssignments, subjects } from './generate/classes.js';
import { feeDeposits, feesGroups, feesTypes } from './generate/fees.js';
import { fineAuditLogs, fines, fineStudents, fineTypes } from './generate/fines.js';
import type { GeneratedTable } from './generate/generated-table.js';
import { schoolProfile, teachers, users } from './generate/people.js';
import { planSchool } from './generate/school-plan.js';
import { enrollments, promotions, studentRows } from './generate/students.js';
import { routes, stoppages, transportAssignments } from './generate/transport.js';

export interface SchoolSize {
  /** At least 1; default 500. Attendance has about 510 rows for each. */
  readonly students?: number;
  /** The same text makes the same school, to the byte; default `satchel`. */
  readonly seed?: string;
}

/**
 * Invents a school: every table of `docs`' school schema, in an order in which each refers only to earlier ones.
 * Nothing but the students' plan is kept in memory; attendance is made line by line.
 */
export function generateSchool({ students = 500, seed = 'satchel' }: SchoolSize = {}): GeneratedTable[] {
  if (!Number.isInteger(students) || students < 1)
    throw new RangeError('a school needs at least one student');
  const plan = planSchool(students, seed);
  return [
    schoolProfile(),
    users(plan),
    teachers(plan),
    classSections(plan),
    subjects(),
    subjectAssignments(plan),
    studentRows(plan),
    enrollments(plan),
    routes(plan),
    stoppages(plan),
    transportAssignments(plan),
    feesGroups(),
    feesTypes(plan),
    feeDeposits(plan),
    fineTypes(),
    fines(plan),
    fineStudents(plan),
    fineAuditLogs(plan),
    promotions(plan),
    attendance(plan),
  ];
}
