import { table, type GeneratedTable } from './generated-table.js';
import { nthKey } from './nth-key.js';
import { Prng } from './prng.js';
import { addDays } from './school-calendar.js';
import { STOPPAGES_PER_ROUTE, type SchoolPlan } from './school-plan.js';

export function routes({ routes: count }: SchoolPlan): GeneratedTable {
  return table('transport_route', 'id name', function* () {
    for (let number = 1; number <= count; number += 1) yield [nthKey(number), `Bus ${number} "Lake – Town"`];
  });
}

export function stoppages({ routes: count }: SchoolPlan): GeneratedTable {
  return table('transport_stoppage', 'id route_id name', function* () {
    for (let number = 1; number <= count * STOPPAGES_PER_ROUTE; number += 1) {
      yield [nthKey(number), routeOfStoppage(number), stoppageName(number)];
    }
  });
}

export function transportAssignments({ seed, students, routes: count }: SchoolPlan): GeneratedTable {
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

export function stoppageName(number: number): string {
  return `Stop ${number}, Lake Road`;
}

function routeOfStoppage(number: number): number {
  return nthKey(Math.ceil(number / STOPPAGES_PER_ROUTE));
}
