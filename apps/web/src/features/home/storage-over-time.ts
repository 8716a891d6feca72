import type { DayOfBackups } from '@satchel/api-client';

export interface StoragePoint {
  readonly date: string;
  readonly bytes: number;
}

/**
 * How many bytes of today's backups were there at the end of each day, counted back from what is used now. Pure.
 *
 * @param days oldest first, today last
 */
export function storageOverTime(days: readonly DayOfBackups[], usedBytes: number): readonly StoragePoint[] {
  let bytes = usedBytes;
  return days
    .toReversed()
    .map(({ date, stored_bytes }) => {
      const point = { date, bytes: Math.max(0, bytes) };
      bytes -= stored_bytes;
      return point;
    })
    .toReversed();
}
