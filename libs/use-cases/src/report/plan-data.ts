import type { RestorePlan, RowCounts } from '@satchel/domain';

/** A plan or report with the contract's names. */
export function planData(plan: RestorePlan) {
  return {
    mode: plan.mode,
    duplicate_strategy: plan.duplicateStrategy,
    totals: countsData(plan.totals),
    tables: plan.relations.map(relation => ({
      schema: relation.schema,
      name: relation.name,
      role: relation.role,
      method: relation.method,
      ...countsData(relation),
    })),
    differences: plan.differences.map(difference => ({
      kind: difference.kind,
      schema: difference.schema,
      table: difference.name,
      column: difference.column ?? null,
      blocking: difference.blocking,
      message: difference.message,
    })),
  };
}

function countsData({ created, updated, unchanged, skipped, deleted }: RowCounts) {
  return { created, updated, unchanged, skipped, deleted };
}
