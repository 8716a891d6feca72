import { randomUUID } from 'node:crypto';

/** Names one backup everywhere: response, job, catalog row, storage key, audit event, log line. A UUID in lower case. */
export type BackupId = string;

export function newBackupId(): BackupId {
  return randomUUID();
}

export function isBackupId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
