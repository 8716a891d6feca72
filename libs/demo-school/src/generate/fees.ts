import type { CopyValue } from './copy-line.js';
import { ENTERED, money, table, type GeneratedTable } from './generated-table.js';
import { AWKWARD_TEXTS, remark } from './invented.js';
import { nthKey } from './nth-key.js';
import { Prng } from './prng.js';
import { addDays, SCHOOL_YEARS } from './school-calendar.js';
import { GRADES, STOPPAGES_PER_ROUTE, type SchoolPlan } from './school-plan.js';
import { stoppageName } from './transport.js';

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

const FEE_GROUPS = [
  ['Monthly', 'Tuition Fee', 'Class Based'],
  ['Monthly', 'Transport', 'Stoppage Based'],
  ['Annual', 'Development Fee', 'General'],
  ['Annual', 'Examination Fee', 'Class Based'],
  ['Once', '', 'General'],
] as const;

export function feesGroups(): GeneratedTable {
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

export function feesTypes({ seed, routes: count }: SchoolPlan): GeneratedTable {
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

export function feeDeposits({ seed, students }: SchoolPlan): GeneratedTable {
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
