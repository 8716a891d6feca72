import { request } from '../../../lib/api.js';
import { isApiError } from '../../../lib/api-error.js';
import type { Analysis } from '../../../lib/contract.js';
import { upload } from '../../../lib/upload.js';
import type { UploadOptions } from '../../../lib/upload.js';
import type { RestoreOptions } from '../restore-options.js';
import type { RestoreSource } from '../wizard-state.js';

/** Changed rows to show of each table. */
const SAMPLE_ROWS = 5;

/**
 * Has a file looked into: what it holds, and what its restore would change. Nothing is changed.
 *
 * @param uploadId the file as it was sent before, if it was: then it need not travel again
 */
export async function analyzeBackup(
  source: RestoreSource,
  options: RestoreOptions,
  uploadId: string | null,
  transfer: UploadOptions,
): Promise<Analysis> {
  const treatment = {
    restore_mode: options.mode,
    duplicate_strategy: options.duplicateStrategy,
    restricted: options.restricted,
    sample_rows: SAMPLE_ROWS,
    keep: true,
  };
  if (source.from === 'backup') {
    const body = { ...treatment, keep: false, backup_id: source.backupId };
    return await request<Analysis>('POST', 'restore/analyze', { body, signal: transfer.signal });
  }
  if (uploadId !== null) {
    try {
      const body = { ...treatment, upload_id: uploadId };
      return await request<Analysis>('POST', 'restore/analyze', { body, signal: transfer.signal });
    } catch (error) {
      // It waited too long, and was removed: then it travels once more.
      if (!isApiError(error, 'not_found')) throw error;
    }
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(treatment)) form.set(name, String(value));
  // Last, so that the server knows what it is for before the bytes come.
  form.set('backup_file', source.file);
  return await upload<Analysis>('restore/analyze', form, transfer);
}
