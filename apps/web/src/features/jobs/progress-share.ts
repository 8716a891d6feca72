import type { JobSummary } from '@satchel/api-client';

/**
 * How much of the phase at hand is done, by bytes where they are known, else by rows.
 *
 * @returns from 0 to 1; null where nothing is known. An estimate that proves too small stays below the end
 */
export function progressShare({ state, progress }: Pick<JobSummary, 'state' | 'progress'>): number | null {
  if (state === 'success') return 1;
  if (progress === null) return null;
  const { bytes, rows, total_bytes, total_rows } = progress;
  const share = shareOf(bytes, total_bytes) ?? shareOf(rows, total_rows);
  return share === null ? null : Math.min(share, 0.99);
}

function shareOf(done: number, total: number | null): number | null {
  return total === null || total <= 0 ? null : done / total;
}
