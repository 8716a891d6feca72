import type { UploadQuarantine } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import type { BackupFile } from './backup-file.js';
import { unpackedLimit } from './unpacked-limit.js';

/**
 * A file that waits in quarantine, as a file to read a backup from. Nobody vouches for it, so what it unpacks to is limited.
 *
 * @throws BackupError `not_found` if it is not there (any more)
 */
export async function uploadedFile(
  quarantine: UploadQuarantine,
  uploadId: string,
  signal?: AbortSignal,
): Promise<BackupFile> {
  const upload = await quarantine.stat(uploadId);
  if (upload === null) {
    throw new BackupError(
      'not_found',
      'The file that was sent is not here any more: it has been restored already, or has waited too long. Send it again.',
      { uploadId },
    );
  }
  return {
    name: upload.name,
    sizeBytes: upload.sizeBytes,
    maxUnpackedBytes: unpackedLimit(upload.sizeBytes),
    open: range => quarantine.open(uploadId, range, signal),
  };
}
