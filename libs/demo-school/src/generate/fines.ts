import { ENTERED, money, table, type GeneratedTable } from './generated-table.js';
import { AWKWARD_TEXTS } from './invented.js';
import { nthKey } from './nth-key.js';
import { ACCOUNTANT_ID, USERS } from './people.js';
import { Prng } from './prng.js';
import { addDays } from './school-calendar.js';
import type { SchoolPlan } from './school-plan.js';

const FINE_TYPES = [
  ['Late fee', 'Late Fee'],
  ['Library book overdue', 'Library'],
  ["Broken 'lab' glass", 'Damage'],
  ['Uniform', 'Discipline'],
  ['वर्दी', 'Discipline'],
  ['Other', ''],
] as const;

export function fineTypes(): GeneratedTable {
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

export function fines(plan: SchoolPlan): GeneratedTable {
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

export function fineStudents(plan: SchoolPlan): GeneratedTable {
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

export function fineAuditLogs(plan: SchoolPlan): GeneratedTable {
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

function fineCount(plan: SchoolPlan): number {
  return Math.max(10, Math.ceil(plan.students.length / 20));
}
