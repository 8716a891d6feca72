import { BackupError, type StorageKey } from '@satchel/domain';

/** First and last byte, both included; the last may be left out, and is cut to the object's end. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

/**
 * Turns a range into an offset and a length within an object.
 *
 * @throws BackupError `validation_error` for a range that holds no byte of the object
 */
export function resolveRange(
  key: StorageKey,
  sizeBytes: number,
  range: ByteRange | undefined,
): { readonly offset: number; readonly length: number } {
  if (!range) return { offset: 0, length: sizeBytes };
  const { start, end = sizeBytes - 1 } = range;
  const valid = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
  if (!valid || start >= sizeBytes) {
    throw new BackupError(
      'validation_error',
      `Bytes ${start} to ${range.end ?? 'the end'} of ${key} cannot be read: it has ${sizeBytes} bytes, counted from 0.`,
      { parameter: 'range', key, sizeBytes },
    );
  }
  return { offset: start, length: Math.min(end, sizeBytes - 1) - start + 1 };
}
