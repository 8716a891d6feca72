import { analyzeBackup as postAnalyze } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import { isApiError } from '../../../lib/api-error.js';
import type { Analysis } from '@satchel/api-client';
import { upload } from '../../../lib/upload.js';
import type { BackupKey } from '../../../lib/backup-key.js';
import type { UploadOptions } from '../../../lib/upload.js';
import type { RestoreOptions } from '../restore-options.js';
import type { RestoreSource } from '../wizard-state.js';

/** Changed rows to show of each table. */
const SAMPLE_ROWS = 5;

/**
 * Has a file looked into: what it holds, and what its restore would change. Nothing is changed.
 *
 * @param key      of an encrypted one; null where nobody has given any
 * @param uploadId the file as it was sent before, if it was: then it need not travel again
 */
export async function analyzeBackup(
  source: RestoreSource,
  options: RestoreOptions,
  key: BackupKey | null,
  uploadId: string | null,
  transfer: UploadOptions,
): Promise<Analysis> {
  const { signal } = transfer;
  const treatment = {
    restore_mode: options.mode,
    duplicate_strategy: options.duplicateStrategy,
    restricted: [...options.restricted],
    sample_rows: SAMPLE_ROWS,
    ...key,
  };
  if (source.from === 'backup') {
    return await ask(postAnalyze({ body: { ...treatment, backup_id: source.backupId }, signal }));
  }
  if (uploadId !== null) {
    try {
      return await ask(postAnalyze({ body: { ...treatment, keep: true, upload_id: uploadId }, signal }));
    } catch (error) {
      // It waited too long, and was removed: then it travels once more.
      if (!isApiError(error, 'not_found')) throw error;
    }
  }
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...treatment, keep: true })) form.set(name, String(value));
  // Last, so that the server knows what it is for before the bytes come.
  form.set('backup_file', source.file);
  return await upload<Analysis>('restore/analyze', form, transfer);
}
