import type { Clock, JobStore, Upload, UploadQuarantine } from '@satchel/domain';
import { BackupError } from '@satchel/domain';

/** How long a file that was looked into waits for what is decided about it. */
export const KEPT_UPLOAD_MS = 30 * 60_000;

/** Longest that a file is on its way between being received and being asked for, beyond the time that it is kept. */
const SLACK_MS = 5 * 60_000;

export function expiryOf({ receivedAt }: Upload): Date {
  return new Date(receivedAt.getTime() + KEPT_UPLOAD_MS);
}

/**
 * Finds a file that was kept after an analysis.
 *
 * @throws BackupError `not_found` if it is not there or its time is over
 */
export async function keptUpload(
  quarantine: UploadQuarantine,
  clock: Clock,
  uploadId: string,
): Promise<Upload> {
  const upload = await quarantine.stat(uploadId);
  if (upload !== null && expiryOf(upload) > clock.now()) return upload;
  throw new BackupError(
    'not_found',
    `The file that was sent is not here any more: it has been restored or removed, or has waited longer than ${KEPT_UPLOAD_MS / 60_000} minutes. ` +
      'Send it again.',
    { uploadId },
  );
}

/**
 * Removes files that nobody asks for any more. A file that a restore waits for, or is reading, was received at most the
 * keeping time before that restore was asked for: whatever is older than that is nobody's, in whichever process.
 *
 * @returns how many were removed
 */
export async function sweepUploads(
  quarantine: UploadQuarantine,
  jobs: JobStore,
  clock: Clock,
): Promise<number> {
  const { items } = await jobs.find(
    { kinds: ['restore'], states: ['pending', 'running'] },
    { sort: 'created', order: 'asc', limit: 1 },
  );
  const neededSince = Math.min(clock.now().getTime(), items[0]?.createdAt.getTime() ?? Infinity);
  return await quarantine.sweep(new Date(neededSince - KEPT_UPLOAD_MS - SLACK_MS));
}
