import type { PruneBackupsResult, PrunedBackup } from '@satchel/use-cases';
import { EXIT_CODES } from '../exit-codes.js';
import type { Outcome } from '../output.js';
import { byteSize, counted, moment } from '../terminal/quantity.js';
import { table } from '../terminal/table.js';

/** What cleanup did or would do; a delete that failed makes the exit code that of a storage out of reach. */
export function reportPruned(result: PruneBackupsResult): Outcome {
  const { days, dryRun, backups, freedBytes, warnings } = result;
  const of = (outcome: PrunedBackup['outcome']): PrunedBackup[] =>
    backups.filter(backup => backup.outcome === outcome);
  const gone = of(dryRun ? 'would be deleted' : 'deleted');
  const failed = of('failed');
  return {
    message:
      gone.length + failed.length === 0
        ? `Nothing to delete: ${counted(backups.length, 'backup')}, each kept for a reason.`
        : `${dryRun ? 'Would delete' : 'Deleted'} ${counted(gone.length, 'backup')} older than ${days} days that no rule keeps, ${byteSize(freedBytes)}; ` +
          `${counted(of('kept').length, 'backup')} kept${failed.length > 0 ? `, ${failed.length} could not be deleted` : ''}.`,
    text:
      backups.length === 0
        ? ''
        : table(
            [{ title: 'finished' }, { title: 'type' }, { title: 'file' }, { title: 'outcome' }],
            backups.map(backup => [
              moment(backup.finishedAt).slice(0, 19),
              backup.scopeName,
              backup.file,
              [backup.outcome, backup.reasons.join('; ')].filter(Boolean).join(': '),
            ]),
          ),
    data: {
      days,
      dry_run: dryRun,
      deleted: of('deleted').length,
      would_delete: of('would be deleted').length,
      kept: of('kept').length,
      failed: failed.length,
      freed_bytes: freedBytes,
      backups: backups.map(backup => ({
        backup_id: backup.backupId,
        backup_type: backup.scopeName,
        file: backup.file,
        finished_at: backup.finishedAt,
        size_bytes: backup.sizeBytes,
        outcome: backup.outcome,
        reasons: backup.reasons,
      })),
    },
    warnings,
    ...(failed.length > 0 ? { exitCode: EXIT_CODES.unavailable } : {}),
  };
}
