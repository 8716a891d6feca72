import { KEPT_CHECKS, KEY_CHECKS, READ_CHECKS } from './read-checks.js';
import type { StorageCheck } from './storage-check.js';
import { ABORT_CHECKS, WRITE_CHECKS } from './write-checks.js';

/** What every `BackupStorage` must do: each check wants an empty storage of its own. */
export const STORAGE_CHECKS: readonly StorageCheck[] = [
  ...WRITE_CHECKS,
  ...ABORT_CHECKS,
  ...READ_CHECKS,
  ...KEPT_CHECKS,
  ...KEY_CHECKS,
];
