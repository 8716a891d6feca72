import { copyLine, type CopyValue } from './generate/copy-line.js';
import { address, AWKWARD_TEXTS, personName, remark } from './generate/invented.js';
import { nthKey } from './generate/nth-key.js';
import { Prng } from './generate/prng.js';
import { addDays, SCHOOL_YEARS, schoolDays, sessionName } from './generate/school-calendar.js';
import {
  GRADES,
  planSchool,
  STOPPAGES_PER_ROUTE,
  type ClassSectionPlan,
  type SchoolPlan,
} from './generate/school-plan.js';

export interface SchoolSize {
  /** At least 1; default 500. Attendance has about 510 rows for each. */
  readonly students?: number;
  /** The same text makes the same school, to the byte; default `satchel`. */
  readonly seed?: string;
}

/** The rows of one table, in COPY's text format. */
export interface GeneratedTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Lines in no particular grouping; can be asked for again and then yields the same. */
  lines(): Iterable<string>;
}

/** When the demo school was entered into the application, for rows whose time means nothing. */
const ENTERED = '2023-03-20 09:30:00+00';

const MONTHS = [
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
  'January',
  'February',
  'March',
] as const;

/** Taught everywhere; the file format's old samples bring the sciences and arts that are missing here. */
const CORE_SUBJECTS = [
  'English',
  'Hindi',
  'Mathematics',
  'General Science',
  'Social Studies',
  'Sanskrit',
  'Computer Science',
  'Environmental Studies',
  'தமிழ்',
  'Moral Science',
] as const;

/** Offered outside the first fifteen class sections, for which old sample files bring assignments of their own. */
const ACTIVITIES = [
  'Music',
  'Dance',
  'Drama',
  'Yoga',
  'Robotics',
  'Gardening',
  'Cooking',
  'Chess',
  'Swimming',
  'Debating "for & against"',
] as const;
const SAMPLED_SECTIONS = new Set([...Array.from({ length: 15 }, (_, index) => index + 1), 27]);

const ACCOUNTANT_ID = 3;
const USERS = 12;

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

type Rows = () => Iterable<readonly CopyValue[]>;

function table(name: string, columns: string, rows: Rows): GeneratedTable {
  return {
    name,
    columns: columns.split(' '),
    *lines() {
      for (const row of rows()) yield copyLine(row);
    },
  };
}

function schoolProfile(): GeneratedTable {
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

function users({ seed }: SchoolPlan): GeneratedTable {
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

function teachers({ seed, teachers: count }: SchoolPlan): GeneratedTable {
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

function classSections({ sections }: SchoolPlan): GeneratedTable {
  return table('subjects_classsection', 'id class_name section_name room_number created_at', function* () {
    for (const section of sections) {
      yield [
        section.id,
        className(section),
        section.letter,
        `R-${String(section.id).padStart(3, '0')}`,
        ENTERED,
      ];
    }
  });
}

function subjects(): GeneratedTable {
  return table('subjects_subject', 'id name created_at', function* () {
    for (const [index, name] of [...ACTIVITIES, ...CORE_SUBJECTS].entries()) yield [index + 1, name, ENTERED];
  });
}

function subjectAssignments({ seed, sections, teachers: count }: SchoolPlan): GeneratedTable {
  return table(
    'subjects_subjectassignment',
    'id class_section_id subject_id teacher_id created_at',
    function* () {
      const random = new Prng(`${seed}/assignments`);
      let number = 0;
      for (const { id } of sections) {
        const taught = CORE_SUBJECTS.map((_, index) => ACTIVITIES.length + 1 + index);
        if (!SAMPLED_SECTIONS.has(id)) taught.push(1 + random.below(ACTIVITIES.length));
        for (const subject of taught) {
          number += 1;
          const teacher = random.chance(5) ? null : nthKey(random.between(1, count));
          yield [nthKey(number), id, subject, teacher, ENTERED];
        }
      }
    },
  );
}

function studentRows({ seed, students }: SchoolPlan): GeneratedTable {
  const [, secondYear] = SCHOOL_YEARS;
  return table(
    'students_student',
    'id created_at updated_at admission_number first_name last_name father_name mother_name date_of_birth date_of_admission aadhaar_number pen_number class_section_id gender religion caste_category address mobile_number email blood_group student_image aadhar_card transfer_certificate due_amount status status_reason status_changed_date status_changed_by',
    function* () {
      for (const student of students) {
        const random = new Prng(`${seed}/student row/${student.number}`);
        const { name, status } = student;
        const section = student.sections[secondYear];
        const changed = status === 'ACTIVE' ? null : `2025-02-${random.between(10, 28)} 11:00:00.5+00`;
        yield [
          student.id,
          `${student.admittedOn} 05:${random.between(10, 59)}:00.${random.digits(6)}+00`,
          `2025-03-${random.between(10, 28)} 10:15:0${random.below(10)}+00`,
          `LV${String(student.number).padStart(6, '0')}`,
          name.first,
          name.last,
          name.father,
          name.mother,
          addDays(
            `${secondYear - 4 - (section === null ? GRADES.length : (section - 1) % GRADES.length)}-01-01`,
            random.below(365),
          ),
          student.admittedOn,
          random.chance(10)
            ? null
            : random.chance(5)
              ? ''
              : `${random.digits(4)}-${random.digits(4)}-${random.digits(4)}`,
          random.chance(20) ? null : random.digits(11),
          section,
          student.gender,
          random.pick(['Hindu', 'Muslim', 'Sikh', 'Christian', 'Other', '']),
          random.pick(['General', 'OBC', 'SC', 'ST', 'EBC']),
          address(random),
          random.chance(3) ? '' : `7${random.digits(9)}`,
          random.chance(3) ? '' : `student.${student.number}@lakeview.example`,
          random.pick(['A+', 'A-', 'AB+', 'AB-', 'B+', 'B-', 'O+', 'O-', 'UNKN']),
          random.chance(40) ? null : random.chance(10) ? '' : `students/images/lv_${student.number}.jpg`,
          `students/documents/aadhar_lv_${student.number}.pdf`,
          random.chance(60) ? '' : `students/documents/tc_lv_${student.number}.pdf`,
          money(random.chance(50) ? 0 : random.between(1, 60) * 10_000 + random.pick([0, 0, 50, 1])),
          status,
          status === 'ACTIVE' ? null : random.chance(50) ? random.pick(AWKWARD_TEXTS) : '',
          changed,
          changed === null ? null : 'principal',
        ];
      }
    },
  );
}

function enrollments({ students, sections }: SchoolPlan): GeneratedTable {
  return table(
    'students_studentenrollment',
    'id created_at updated_at student_id enrollment_date class_name section',
    function* () {
      let id = 0;
      for (const year of SCHOOL_YEARS) {
        for (const student of students) {
          const section = sectionOf(student.sections[year], sections);
          if (!section) continue;
          id += 1;
          const day = `${year}-04-0${1 + (student.number % 5)}`;
          yield [
            id,
            `${day} 04:30:00+00`,
            `${day} 04:30:00+00`,
            student.id,
            day,
            className(section),
            section.letter,
          ];
        }
      }
    },
  );
}

function routes({ routes: count }: SchoolPlan): GeneratedTable {
  return table('transport_route', 'id name', function* () {
    for (let number = 1; number <= count; number += 1) yield [nthKey(number), `Bus ${number} "Lake – Town"`];
  });
}

function stoppages({ routes: count }: SchoolPlan): GeneratedTable {
  return table('transport_stoppage', 'id route_id name', function* () {
    for (let number = 1; number <= count * STOPPAGES_PER_ROUTE; number += 1) {
      yield [nthKey(number), routeOfStoppage(number), stoppageName(number)];
    }
  });
}

function transportAssignments({ seed, students, routes: count }: SchoolPlan): GeneratedTable {
  return table(
    'transport_transportassignment',
    'id student_id route_id stoppage_id assigned_date',
    function* () {
      const random = new Prng(`${seed}/transport`);
      let id = 0;
      for (const student of students.filter(candidate => candidate.usesTransport)) {
        id += 1;
        const stoppage = random.between(1, count * STOPPAGES_PER_ROUTE);
        yield [
          id,
          student.id,
          routeOfStoppage(stoppage),
          nthKey(stoppage),
          addDays('2024-04-01', random.below(60)),
        ];
      }
    },
  );
}

const FEE_GROUPS = [
  ['Monthly', 'Tuition Fee', 'Class Based'],
  ['Monthly', 'Transport', 'Stoppage Based'],
  ['Annual', 'Development Fee', 'General'],
  ['Annual', 'Examination Fee', 'Class Based'],
  ['Once', '', 'General'],
] as const;

function feesGroups(): GeneratedTable {
  return table(
    'fees_feesgroup',
    'id created_at updated_at fee_group group_type fee_type related_class_section_id related_stoppage_id',
    function* () {
      for (const [index, [group, type, feeType]] of FEE_GROUPS.entries()) {
        yield [
          index + 1,
          ENTERED,
          ENTERED,
          group,
          type,
          feeType,
          index === 3 ? 12 : null,
          index === 1 ? nthKey(2) : null,
        ];
      }
    },
  );
}

function feesTypes({ seed, routes: count }: SchoolPlan): GeneratedTable {
  return table(
    'fees_feestype',
    'id created_at updated_at fee_group_id amount amount_type context_type context_data month_name class_name stoppage_name related_stoppage_id',
    function* () {
      const random = new Prng(`${seed}/fees`);
      let number = 0;
      const row = (
        group: number,
        amount: number,
        context: object,
        place: { month?: string; className?: string; stoppage?: number },
      ): CopyValue[] => {
        number += 1;
        return [
          nthKey(number),
          ENTERED,
          ENTERED,
          group,
          money(amount),
          place.month === undefined ? 'Yearly' : 'Monthly',
          place.stoppage === undefined ? 'class' : 'stoppage',
          JSON.stringify(context),
          place.month ?? null,
          place.className ?? null,
          place.stoppage === undefined ? null : stoppageName(place.stoppage),
          place.stoppage === undefined ? null : nthKey(place.stoppage),
        ];
      };
      for (const [grade, name] of GRADES.entries()) {
        for (const month of MONTHS) {
          yield row(1, 120_000 + grade * 10_000, { grade, concessions: [] }, { month, className: name });
        }
        yield row(4, 50_000 + grade * 2_500, { grade, papers: grade < 3 ? null : 6 }, { className: name });
      }
      for (let stoppage = 1; stoppage <= count * STOPPAGES_PER_ROUTE; stoppage += 1) {
        const context = { km: random.between(1, 300) / 10, note: random.pick(AWKWARD_TEXTS) };
        yield row(2, 40_000 + 5_000 * (stoppage % 9), context, { month: 'April', stoppage });
      }
      yield row(3, 150_000, { nested: { list: [1, 2.5, true, null, 'ü'] }, big: 12345678901234 }, {});
    },
  );
}

function feeDeposits({ seed, students }: SchoolPlan): GeneratedTable {
  return table(
    'student_fees_feedeposit',
    'id student_id amount discount paid_amount receipt_no deposit_date payment_mode transaction_no payment_source note',
    function* () {
      const random = new Prng(`${seed}/deposits`);
      let id = 0;
      for (const year of SCHOOL_YEARS) {
        for (const [month] of MONTHS.entries()) {
          const firstDay = new Date(Date.UTC(year, 3 + month, 1)).toISOString().slice(0, 10);
          for (const student of students) {
            if (student.sections[year] === null || random.chance(15)) continue;
            id += 1;
            const amount = random.between(1_200, 2_600) * 100;
            const discount = random.chance(10) ? Math.round(amount / 10) : 0;
            const mode = random.pick(['CASH', 'CASH', 'UPI', 'CHEQUE', 'CARD']);
            yield [
              id,
              student.id,
              money(amount),
              money(discount),
              money(random.chance(5) ? 0 : amount - discount),
              `LV/${year}/${String(id).padStart(7, '0')}`,
              `${addDays(firstDay, random.below(25))} 0${random.between(4, 9)}:${random.between(10, 59)}:00.${random.digits(6)}+00`,
              mode,
              mode === 'CASH' ? (random.chance(20) ? '' : null) : `TX${random.digits(12)}`,
              mode === 'CASH' ? null : random.pick(['', 'Gramin Bank', 'Union "Co-op" Bank', 'बैंक']),
              remark(random),
            ];
          }
        }
      }
    },
  );
}

const FINE_TYPES = [
  ['Late fee', 'Late Fee'],
  ['Library book overdue', 'Library'],
  ["Broken 'lab' glass", 'Damage'],
  ['Uniform', 'Discipline'],
  ['वर्दी', 'Discipline'],
  ['Other', ''],
] as const;

function fineTypes(): GeneratedTable {
  return table(
    'fines_finetype',
    'id created_at updated_at name category description is_active created_by_id',
    function* () {
      for (const [index, [name, category]] of FINE_TYPES.entries()) {
        const description = AWKWARD_TEXTS[index] ?? '';
        yield [
          index + 1,
          ENTERED,
          ENTERED,
          name,
          category,
          description,
          index !== 4,
          index === 5 ? null : ACCOUNTANT_ID,
        ];
      }
    },
  );
}

function fineCount(plan: SchoolPlan): number {
  return Math.max(10, Math.ceil(plan.students.length / 20));
}

function fines(plan: SchoolPlan): GeneratedTable {
  return table(
    'fines_fine',
    'id created_at updated_at class_section_id fine_type_id fees_type_id amount dynamic_amount_percent reason due_date applied_date auto_generated target_scope created_by_id',
    function* () {
      const random = new Prng(`${plan.seed}/fines`);
      for (let id = 1; id <= fineCount(plan); id += 1) {
        const day = addDays('2024-04-10', random.below(340));
        const time = `${day} 06:00:00.${random.digits(3)}+00`;
        const forClass = random.chance(50);
        yield [
          id,
          time,
          time,
          forClass ? random.between(1, plan.sections.length) : null,
          random.between(1, FINE_TYPES.length),
          random.chance(30) ? nthKey(random.between(1, 100)) : null,
          money(random.between(1, 50) * 1_000),
          random.chance(30) ? money(random.between(1, 10_000)) : null,
          random.chance(30) ? random.pick(AWKWARD_TEXTS) : 'see the notice board',
          addDays(day, 14),
          time,
          random.chance(50),
          forClass ? 'class' : 'students',
          random.chance(20) ? null : random.between(1, USERS),
        ];
      }
    },
  );
}

function fineStudents(plan: SchoolPlan): GeneratedTable {
  return table(
    'fines_finestudent',
    'id created_at updated_at fine_id student_id is_paid payment_date',
    function* () {
      const random = new Prng(`${plan.seed}/fine students`);
      const students = plan.students.length;
      let id = 0;
      for (let fine = 1; fine <= fineCount(plan); fine += 1) {
        const first = random.below(students);
        const fined = Math.min(students, random.between(1, 6));
        for (let offset = 0; offset < fined; offset += 1) {
          id += 1;
          const paid = random.chance(60);
          yield [
            id,
            '2024-06-01 08:00:00+00',
            '2024-06-02 08:00:00+00',
            fine,
            nthKey(((first + offset) % students) + 1),
            paid,
            paid ? addDays('2024-06-02', random.below(200)) : null,
          ];
        }
      }
    },
  );
}

function fineAuditLogs(plan: SchoolPlan): GeneratedTable {
  return table(
    'fines_fineauditlog',
    'id created_at updated_at fine_id action user_id timestamp details',
    function* () {
      const random = new Prng(`${plan.seed}/audit`);
      let id = 0;
      for (let fine = 1; fine <= fineCount(plan); fine += 1) {
        for (const action of random.chance(30) ? ['created', 'waived'] : ['created']) {
          id += 1;
          const time = `2024-06-0${random.between(1, 9)} 0${random.below(10)}:00:00+00`;
          const details = {
            ip: `192.0.2.${random.below(256)}`,
            before: action === 'waived' ? { amount: money(random.below(100_000)) } : null,
            text: random.pick(AWKWARD_TEXTS),
          };
          yield [id, time, time, fine, action, random.between(1, USERS), time, JSON.stringify(details)];
        }
      }
    },
  );
}

function promotions({ seed, students }: SchoolPlan): GeneratedTable {
  const [firstYear, secondYear] = SCHOOL_YEARS;
  return table(
    'promotion_studentpromotion',
    'id created_at updated_at student_id from_class_section_id to_class_section_id academic_year promotion_date remarks',
    function* () {
      const random = new Prng(`${seed}/promotions`);
      let id = 0;
      for (const student of students) {
        const from = student.sections[firstYear];
        const to = student.sections[secondYear];
        if (from === null || to === null) continue;
        id += 1;
        const time = `${secondYear}-03-30 07:00:00+00`;
        const remarks = remark(random) ?? '';
        yield [id, time, time, student.id, from, to, sessionName(secondYear), `${secondYear}-03-30`, remarks];
      }
    },
  );
}

/**
 * Two school years, day by day, as a school writes it. Millions of lines: each is put together from parts that are made
 * once for the day or the student.
 */
/**
 * Attendance as the school's application writes it: a teacher calls the roll of one class after another, each row is
 * saved by itself a few milliseconds after the one before, and both of its times are read from the clock, one
 * shortly after the other. Some rows are corrected later.
 */
function attendance({ seed, students }: SchoolPlan): GeneratedTable {
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

/** In microseconds: a quarter past nine in India, as UTC, and the quarter of an hour after it. */
const FIRST_ROLL_CALL = 13_500_000_000;
const LAST_ROLL_CALL_AFTER = 900_000_000;

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

function sectionOf(id: number | null, sections: readonly ClassSectionPlan[]): ClassSectionPlan | undefined {
  return id === null ? undefined : sections[id - 1];
}

function className({ grade }: ClassSectionPlan): string {
  return GRADES[grade] ?? '';
}

function routeOfStoppage(number: number): number {
  return nthKey(Math.ceil(number / STOPPAGES_PER_ROUTE));
}

function stoppageName(number: number): string {
  return `Stop ${number}, Lake Road`;
}

/** Hundredths as an amount with two places. */
function money(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
}
