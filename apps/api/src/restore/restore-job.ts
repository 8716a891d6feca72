import type { RestoreFrom, RestoreJob } from '@satchel/domain';
import type { RestoreBody } from './restore.dto.js';

/** The job that a request for a restore means. */
export function restoreJob(source: RestoreFrom, body: RestoreBody): RestoreJob {
  return {
    kind: 'restore',
    source,
    mode: body.restore_mode,
    duplicateStrategy: body.duplicate_strategy,
    allowMissing: body.allow_missing,
    fill: body.fill,
    only: body.restricted,
    safetyBackup: body.safety_backup,
    agreedPlan: body.agreed_plan,
  };
}
