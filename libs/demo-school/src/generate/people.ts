import { ENTERED, table, type GeneratedTable } from './generated-table.js';
import { personName } from './invented.js';
import { nthKey } from './nth-key.js';
import { Prng } from './prng.js';
import { addDays } from './school-calendar.js';
import type { SchoolPlan } from './school-plan.js';

export const ACCOUNTANT_ID = 3;
export const USERS = 12;

export function schoolProfile(): GeneratedTable {
  return table(
    'school_profile_schoolprofile',
    'id school_name principal_name address email mobile registration_number website logo academic_calendar start_date end_date academic_session_start_month',
    () => [
      [
        1,
        'St. Kabir’s “Lake View” School — श्री कबीर विद्यालय',
        "Dr. Meera O'Neill",
        'Lake View 7\nNeelgarh',
        'office@lakeview.example',
        '+911234567890',
        'REG/2011/0042',
        'https://lakeview.example/',
        '',
        null,
        '2024-04-01',
        '2025-03-31',
        4,
      ],
    ],
  );
}

export function users({ seed }: SchoolPlan): GeneratedTable {
  return table(
    'users_customuser',
    'id password last_login is_superuser username first_name last_name email is_staff is_active date_joined role mobile profile_picture',
    function* () {
      const random = new Prng(`${seed}/users`);
      for (let id = 1; id <= USERS; id += 1) {
        const name = personName(random, random.chance(50) ? 'Female' : 'Male');
        const username = id === 1 ? 'principal' : id === ACCOUNTANT_ID ? 'accounts' : `clerk.${id}`;
        yield [
          id,
          // Django's mark for "no password will do": nobody can sign in to the demo school with these.
          `!${random.digits(40)}`,
          id % 4 === 0 ? null : `2025-03-28 08:0${id % 10}:11.${random.digits(6)}+00`,
          id === 1,
          username,
          name.first,
          name.last,
          id % 5 === 0 ? '' : `${username}@lakeview.example`,
          id <= 6,
          id !== USERS,
          ENTERED,
          id === 1 ? 'ADMIN' : id === ACCOUNTANT_ID ? 'ACCOUNTANT' : 'STAFF',
          id % 3 === 0 ? null : `+9155500${String(id).padStart(5, '0')}`,
          id % 2 === 0 ? null : '',
        ];
      }
    },
  );
}

export function teachers({ seed, teachers: count }: SchoolPlan): GeneratedTable {
  return table(
    'teachers_teacher',
    'id name mobile email qualification joining_date photo resume joining_letter',
    function* () {
      const random = new Prng(`${seed}/teachers`);
      for (let number = 1; number <= count; number += 1) {
        const name = personName(random, random.chance(60) ? 'Female' : 'Male');
        yield [
          nthKey(number),
          `${name.first} ${name.last}`,
          `8${random.digits(9)}`,
          `teacher.${number}@lakeview.example`,
          random.pick(['B.Ed', 'M.A, B.Ed', 'M.Sc "Physics", B.Ed', 'PhD', '']),
          addDays('2012-04-01', random.below(4000)),
          random.chance(50) ? `teacher_photos/${number}.jpg` : null,
          random.chance(50) ? `teacher_resumes/${number}.pdf` : null,
          random.chance(50) ? '' : null,
        ];
      }
    },
  );
}
