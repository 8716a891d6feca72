import { addressOf } from '../../../lib/api.js';

/** Where the browser itself fetches a backup's file. */
export function downloadAddress(backupId: string): string {
  return addressOf(`download/${encodeURIComponent(backupId)}`);
}
