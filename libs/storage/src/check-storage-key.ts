import { BackupError, type StorageKey } from '@satchel/domain';

/** Longest key in bytes of UTF-8: what every common file system takes as one name. */
export const MAX_KEY_BYTES = 255;

/**
 * Whether a text can name an object: one path segment of 1 to 255 bytes, without separators and control characters, and
 * not beginning with a dot (those names belong to the storage itself, to `.gitkeep` and to the file system).
 */
export function isStorageKey(key: string): boolean {
  return /^[^./\\\p{Cc}\p{Cs}][^/\\\p{Cc}\p{Cs}]*$/u.test(key) && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

/** @throws BackupError `validation_error` if the text cannot name an object */
export function checkStorageKey(key: StorageKey): void {
  if (isStorageKey(key)) return;
  throw new BackupError(
    'validation_error',
    `${JSON.stringify(key.slice(0, MAX_KEY_BYTES))} cannot name a stored file: give a file name without a folder, of at most ${MAX_KEY_BYTES} bytes, that does not begin with a dot.`,
    { parameter: 'key' },
  );
}
