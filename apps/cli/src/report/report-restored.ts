import { relationLabel } from '@satchel/domain';
import type { RestoreResult } from '@satchel/use-cases';
import { planData } from '@satchel/use-cases';
import type { Outcome } from '../output.js';
import { counted } from '../terminal/quantity.js';
import { fields } from '../terminal/table.js';
import { changedRows, describeChanges, describePlan } from './describe-plan.js';

import { originText } from './report-verified.js';

/** What a restore or an undo did, or (a dry run) would do. */
export function reportRestored(result: RestoreResult): Outcome {
  const { plan, dryRun, safetyBackup, restoreId } = result;
  const changed = changedRows(plan.totals);
  const rows = counted(changed, 'row');
  const changes = result.changes.map(({ relation, changes: sampled }) => ({
    relation: relationLabel(relation),
    changes: sampled,
  }));
  return {
    message: dryRun
      ? changed === 0
        ? 'Nothing would change.'
        : `${rows} would change; nothing has been changed yet.`
      : changed === 0
        ? 'Done; the database already was as the backup has it.'
        : `Done: ${rows} changed, all checked by the database's own counts.`,
    text: [
      describePlan(plan),
      describeChanges(changes),
      fields([
        ['origin', originText(result.origin)],
        ['restore id', dryRun ? null : restoreId],
        ['kept before', safetyBackup === null ? null : safetyBackup.file],
        ['take it back', safetyBackup === null ? null : `backup_system undo ${restoreId}`],
      ]),
    ]
      .filter(Boolean)
      .join('\n\n'),
    data: {
      restore_id: restoreId,
      dry_run: dryRun,
      origin: result.origin,
      ...planData(plan),
      changes,
      safety_backup:
        safetyBackup === null ? null : { backup_id: safetyBackup.backupId, file: safetyBackup.file },
    },
    warnings: result.warnings,
  };
}
