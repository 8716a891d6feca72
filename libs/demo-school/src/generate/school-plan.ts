import { personName, type Gender, type PersonName } from './invented.js';
import { nthKey } from './nth-key.js';
import { Prng } from './prng.js';
import { addDays, SCHOOL_YEARS, type SchoolYear } from './school-calendar.js';

export const GRADES = [
  'Nursery',
  'LKG',
  'UKG',
  ...Array.from({ length: 12 }, (_, index) => `Class ${index + 1}`),
] as const;

/** Class sections that exist at least: files of the old application refer to the first thirty. */
const LEAST_LETTERS = 2;
const PLACES_PER_SECTION = 40;

export type StudentStatus = 'ACTIVE' | 'SUSPENDED' | 'ARCHIVED' | 'GRADUATED';

/** What several tables must agree on about a student. */
export interface PlannedStudent {
  /** Counted from 1, without gaps. */
  readonly number: number;
  readonly id: number;
  readonly name: PersonName;
  readonly gender: Gender;
  readonly admittedOn: string;
  readonly status: StudentStatus;
  /** The class section in each school year, null in a year without one. */
  readonly sections: Readonly<Record<SchoolYear, number | null>>;
  readonly usesTransport: boolean;
}

export interface ClassSectionPlan {
  readonly id: number;
  readonly grade: number;
  readonly letter: string;
}

/** The school's size and who is in which class, from which every table is written. Grows with the students only. */
export interface SchoolPlan {
  readonly seed: string;
  readonly sections: readonly ClassSectionPlan[];
  readonly students: readonly PlannedStudent[];
  readonly teachers: number;
  readonly routes: number;
}

/** Stoppages of each route. */
export const STOPPAGES_PER_ROUTE = 4;

export function planSchool(students: number, seed: string): SchoolPlan {
  const letters = Math.max(LEAST_LETTERS, Math.ceil(students / (GRADES.length * PLACES_PER_SECTION)));
  const sections = Array.from({ length: letters * GRADES.length }, (_, index) => ({
    id: index + 1,
    grade: index % GRADES.length,
    letter: letterOf(Math.floor(index / GRADES.length)),
  }));
  return {
    seed,
    sections,
    students: Array.from({ length: students }, (_, index) => planStudent(index + 1, sections.length, seed)),
    teachers: Math.max(20, Math.ceil(students / 25)),
    routes: Math.max(5, Math.ceil(students / 200)),
  };
}

function planStudent(number: number, sections: number, seed: string): PlannedStudent {
  const random = new Prng(`${seed}/student/${number}`);
  const gender: Gender = random.chance(50) ? 'Female' : 'Male';
  const name = personName(random, gender);
  const now = random.below(sections) + 1;
  const before = (now - 1) % GRADES.length === 0 ? null : now - 1;
  const kind = random.below(100);
  const [firstYear, secondYear] = SCHOOL_YEARS;
  const common = { number, id: nthKey(number), name, gender, usesTransport: random.chance(30) };
  if (kind < 3) {
    const lastClass = now - ((now - 1) % GRADES.length) + GRADES.length - 1;
    return {
      ...common,
      status: 'GRADUATED',
      admittedOn: addDays('2015-04-01', random.below(2000)),
      sections: { 2023: lastClass, 2024: null },
    };
  }
  const isNew = before === null || random.chance(3);
  return {
    ...common,
    status: kind === 3 ? 'SUSPENDED' : kind === 4 ? 'ARCHIVED' : 'ACTIVE',
    admittedOn: isNew
      ? addDays(`${secondYear}-03-01`, random.below(31))
      : addDays(`${firstYear - 5}-04-01`, random.below(1820)),
    sections: { 2023: isNew ? null : before, 2024: now },
  };
}

/** A, B, …, Z, AA, AB, … */
function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}
