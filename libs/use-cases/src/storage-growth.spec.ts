import type { JobRecord } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { daysUntilFull, storageGrowth } from './storage-growth.js';

const NOW = new Date('2026-03-30T12:00:00Z');

function backup(created: string, sizeBytes: number, more: Partial<JobRecord> = {}): JobRecord {
  const record: Partial<JobRecord> = {
    kind: 'backup',
    state: 'success',
    createdAt: new Date(created),
    sizeBytes,
    deletedAt: null,
    ...more,
  };
  return record as JobRecord;
}

describe('storageGrowth', () => {
  it('counts what came and went in the last thirty days', () => {
    const { days, bytesPerDay } = storageGrowth(
      [
        backup('2026-03-30T01:00:00Z', 300),
        backup('2026-03-20T12:00:00Z', 1200),
        backup('2026-02-01T00:00:00Z', 500, { deletedAt: new Date('2026-03-25T00:00:00Z') }),
        backup('2026-03-29T01:00:00Z', 0, { state: 'failed', sizeBytes: null }),
      ],
      NOW,
    );
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toMatchObject({ date: '2026-03-30', success: 1, storedBytes: 300 });
    expect(days.at(-2)).toMatchObject({ date: '2026-03-29', failed: 1, storedBytes: 0 });
    expect(bytesPerDay).toBe(Math.round(1000 / 29.5));
  });

  it('looks only as far back as there are backups', () => {
    expect(storageGrowth([backup('2026-03-28T12:00:00Z', 1000)], NOW).bytesPerDay).toBe(500);
    expect(storageGrowth([], NOW).bytesPerDay).toBeNull();
  });
});

describe('daysUntilFull', () => {
  it('knows no end where nothing grows', () => {
    expect(daysUntilFull(1000, 300)).toBe(3);
    expect(daysUntilFull(1000, 0)).toBeNull();
    expect(daysUntilFull(null, 300)).toBeNull();
  });
});
