import type { RelationPlan, RestorePlan, RowChange, RowCounts } from '@satchel/domain';
import { relationLabel } from '@satchel/domain';
import { count } from '../terminal/quantity.js';
import { safeLine } from '../terminal/safe-text.js';
import { table } from '../terminal/table.js';
import { cutToWidth } from '../terminal/text-width.js';

/** Longest value of a row that is shown, in terminal cells; `--json` has it whole. */
const VALUE_CELLS = 60;

/** A plan as a table in an office's words; tables in which nothing changes are counted, not listed. */
export function describePlan(plan: RestorePlan): string {
  const changed = plan.relations.filter(relation => changedRows(relation) > 0 || relation.skipped > 0);
  const untouched = plan.relations.length - changed.length;
  const parts: string[] = [];
  if (changed.length > 0) {
    parts.push(
      table(
        [
          { title: 'table' },
          { title: 'added', align: 'right' },
          { title: 'changed', align: 'right' },
          { title: 'deleted', align: 'right' },
          { title: 'left alone', align: 'right' },
          { title: 'already equal', align: 'right' },
        ],
        [
          ...changed.map(relation => [nameOf(relation), ...countCells(relation)]),
          ['in all', ...countCells(plan.totals)],
        ],
      ),
    );
  }
  if (untouched > 0) {
    parts.push(
      `  ${changed.length > 0 ? 'Nothing changes in the other' : 'Nothing changes in'} ${count(untouched)} tables.`,
    );
  }
  if (plan.differences.length > 0) {
    parts.push(
      [
        '  File and database differ:',
        ...plan.differences.map(({ message }) => `    ${safeLine(message)}`),
      ].join('\n'),
    );
  }
  return parts.join('\n');
}

export function changedRows(counts: RowCounts): number {
  return counts.created + counts.updated + counts.deleted;
}

const ACTIONS: Readonly<Record<RowChange['action'], string>> = {
  create: 'add',
  update: 'change',
  delete: 'delete',
  skip: 'leave',
};

/** Sampled rows, one a line: what happens, the key, and for a change each column before and after. */
export function describeChanges(
  changes: readonly { readonly relation: string; readonly changes: readonly RowChange[] }[],
): string {
  return changes
    .filter(relation => relation.changes.length > 0)
    .map(relation =>
      [`  ${relation.relation}`, ...relation.changes.map(change => `    ${describeChange(change)}`)].join(
        '\n',
      ),
    )
    .join('\n');
}

function describeChange({ action, key, before, after }: RowChange): string {
  const head = `${ACTIONS[action]} ${key === null ? 'a row' : pairs(key, ' = ')}`;
  if (action === 'update' || action === 'skip') {
    const columns = Object.keys(after ?? before ?? {});
    return `${head}: ${columns.map(name => `${name}: ${shown(before?.[name])} -> ${shown(after?.[name])}`).join('; ')}`;
  }
  const row = action === 'delete' ? before : after;
  return row === null ? head : `${head}: ${pairs(row, ': ')}`;
}

function pairs(values: Readonly<Record<string, string | null>>, between: string): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}${between}${shown(value)}`)
    .join(', ');
}

function shown(value: string | null | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  return value === '' ? '""' : cutToWidth(safeLine(value), VALUE_CELLS);
}

function nameOf(relation: RelationPlan): string {
  const label = relationLabel({
    schema: relation.schema === 'public' ? '' : relation.schema,
    name: relation.name,
  });
  return relation.role === 'context' ? `${label} (referred to)` : label;
}

function countCells(counts: RowCounts): string[] {
  return [counts.created, counts.updated, counts.deleted, counts.skipped, counts.unchanged].map(count);
}
