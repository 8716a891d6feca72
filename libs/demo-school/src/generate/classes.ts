import { ENTERED, table, type GeneratedTable } from './generated-table.js';
import { nthKey } from './nth-key.js';
import { Prng } from './prng.js';
import { GRADES, type ClassSectionPlan, type SchoolPlan } from './school-plan.js';

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

export function classSections({ sections }: SchoolPlan): GeneratedTable {
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

export function subjects(): GeneratedTable {
  return table('subjects_subject', 'id name created_at', function* () {
    for (const [index, name] of [...ACTIVITIES, ...CORE_SUBJECTS].entries()) yield [index + 1, name, ENTERED];
  });
}

export function subjectAssignments({ seed, sections, teachers: count }: SchoolPlan): GeneratedTable {
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

export function className({ grade }: ClassSectionPlan): string {
  return GRADES[grade] ?? '';
}
