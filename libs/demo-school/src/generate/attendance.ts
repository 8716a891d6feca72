import type { GeneratedTable } from './generated-table.js';
import { Prng } from './prng.js';
import { SCHOOL_YEARS, schoolDays } from './school-calendar.js';
import type { SchoolPlan } from './school-plan.js';

/** In microseconds: a quarter past nine in India, as UTC, and the quarter of an hour after it. */
const FIRST_ROLL_CALL = 13_500_000_000;
const LAST_ROLL_CALL_AFTER = 900_000_000;

/**
 * Attendance as the school's application writes it: a teacher calls the roll of one class after another, each row is
 * saved by itself a few milliseconds after the one before, and both of its times are read from the clock, one
 * shortly after the other. Some rows are corrected later.
 */
export function attendance({ seed, students }: SchoolPlan): GeneratedTable {
  return {
    name: 'attendance_attendance',
    columns: ['id', 'student_id', 'class_section_id', 'date', 'created_at', 'updated_at', 'status'],
    *lines() {
      const random = new Prng(`${seed}/attendance`);
      let id = 0;
      for (const year of SCHOOL_YEARS) {
        const present = students
          .filter(student => student.sections[year] !== null)
          .sort((a, b) => Number(a.sections[year]) - Number(b.sections[year]) || a.id - b.id)
          .map(({ id: student, sections }) => ({
            section: sections[year],
            fields: `\t${student}\t${sections[year]}\t`,
          }));
        for (const day of schoolDays(year)) {
          let section: number | null = null;
          let moment = 0;
          for (const student of present) {
            if (student.section !== section) moment = FIRST_ROLL_CALL + random.below(LAST_ROLL_CALL_AFTER);
            section = student.section;
            moment += 900 + (random.next() >>> 20);
            id += 1;
            const kind = random.next() >>> 22;
            const status = kind < 940 ? 'PRESENT' : kind < 985 ? 'ABSENT' : kind < 1_010 ? 'LATE' : 'LEAVE';
            const corrected =
              status === 'LATE' ? random.below(3_600_000_000) : status === 'LEAVE' ? 14_400_000_000 : 0;
            const updated = moment + 7 + (random.next() >>> 28) + corrected;
            yield `${id}${student.fields}${day}\t${day} ${timeOfDay(moment)}\t${day} ${timeOfDay(updated)}\t${status}\n`;
          }
        }
      }
    },
  };
}

/** Microseconds since midnight as `03:45:00.123456+00`. */
function timeOfDay(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  const fraction = microseconds - seconds * 1_000_000;
  const minutes = Math.floor(seconds / 60);
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}.${String(fraction).padStart(6, '0')}+00`;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
