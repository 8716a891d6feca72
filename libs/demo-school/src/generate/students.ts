import { className } from './classes.js';
import { money, table, type GeneratedTable } from './generated-table.js';
import { address, AWKWARD_TEXTS, remark } from './invented.js';
import { Prng } from './prng.js';
import { addDays, SCHOOL_YEARS, sessionName } from './school-calendar.js';
import { GRADES, type ClassSectionPlan, type SchoolPlan } from './school-plan.js';

export function studentRows({ seed, students }: SchoolPlan): GeneratedTable {
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

export function enrollments({ students, sections }: SchoolPlan): GeneratedTable {
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

export function promotions({ seed, students }: SchoolPlan): GeneratedTable {
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

function sectionOf(id: number | null, sections: readonly ClassSectionPlan[]): ClassSectionPlan | undefined {
  return id === null ? undefined : sections[id - 1];
}
