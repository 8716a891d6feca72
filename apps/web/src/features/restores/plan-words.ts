import type { RowCounts, TablePlan } from '@satchel/api-client';
import { countOfRows } from '../../lib/table-words.js';
import type { TextTools } from '../../texts/use-text.js';
import type { Tone } from '../../ui/tone.js';

export type PlanAction = keyof RowCounts;

export const PLAN_ACTIONS: readonly PlanAction[] = ['created', 'updated', 'deleted', 'skipped', 'unchanged'];

/** How many tables are named before the rest is summed up. */
const NAMED_TABLES = 4;

/**
 * What a plan does, in the office's words: "12 students, 3 fees and 40 rows of 2 other tables".
 *
 * @returns null where it does nothing of that sort
 */
export function planWords(
  { t, format }: TextTools,
  plan: readonly TablePlan[],
  action: PlanAction,
): string | null {
  const tables = plan.filter(table => table[action] > 0).sort((a, b) => b[action] - a[action]);
  if (tables.length === 0) return null;
  const named = tables.length <= NAMED_TABLES + 1 ? tables : tables.slice(0, NAMED_TABLES);
  const rest = tables.slice(named.length);
  const words = named.map(table => countOfRows(t, table.name, table[action]));
  if (rest.length > 0) {
    const count = rest.reduce((sum, table) => sum + table[action], 0);
    words.push(t('plan.otherTables', { count, tables: rest.length }));
  }
  return format.list(words);
}

export function sumOf(plan: readonly TablePlan[]): RowCounts {
  const sum = { created: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };
  for (const table of plan) for (const action of PLAN_ACTIONS) sum[action] += table[action];
  return sum;
}

/** Whether a plan changes any row. */
export function changesRows({ created, updated, deleted }: RowCounts): boolean {
  return created + updated + deleted > 0;
}

export function actionTone(action: PlanAction): Tone {
  if (action === 'deleted') return 'bad';
  if (action === 'updated') return 'warn';
  return action === 'created' ? 'ok' : 'idle';
}
