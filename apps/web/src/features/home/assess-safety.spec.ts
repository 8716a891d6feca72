import { describe, expect, it } from 'vitest';
import { newestBackup, sampleJob, sampleStatus } from '../../testing/samples.js';
import { assessSafety } from './assess-safety.js';

const now = new Date('2026-03-01T12:00:00Z');
const kinds = (status: Parameters<typeof assessSafety>[0]) =>
  assessSafety(status, now).reasons.map(({ kind, tone }) => `${tone} ${kind}`);

describe('whether the data is safe', () => {
  it('is safe with a fresh backup of everything that has been read back', () => {
    expect(assessSafety(sampleStatus(), now).level).toBe('safe');
    expect(kinds(sampleStatus())).toEqual(['ok fresh', 'ok verified']);
  });

  it('is calm about a fresh backup that nobody has read again, and says so', () => {
    const status = sampleStatus({ newest_backups: [newestBackup('full', '2026-03-01T02:15:04Z', null)] });
    expect(assessSafety(status, now).level).toBe('safe');
    expect(kinds(status)).toEqual(['ok fresh', 'info unverified']);
  });

  it('asks for attention when a backup is due, and is alarmed after a week', () => {
    const due = sampleStatus({ newest_backups: [newestBackup('full', '2026-02-27T02:00:00Z', null)] });
    expect(kinds(due)).toEqual(['warn old']);
    const overdue = sampleStatus({ newest_backups: [newestBackup('full', '2026-02-01T02:00:00Z', null)] });
    expect(assessSafety(overdue, now).level).toBe('danger');
  });

  it('is alarmed when nothing was ever backed up, or a part is down', () => {
    expect(
      assessSafety(sampleStatus({ newest_backups: [newestBackup('full', null, null)] }), now).level,
    ).toBe('danger');
    const down = sampleStatus({ services: [{ name: 'storage', healthy: false, message: 'Not writable.' }] });
    expect(kinds(down)[0]).toBe('bad service');
  });

  it('tells of a failed backup until a good one follows', () => {
    const failed = sampleJob({ state: 'failed', finished_at: '2026-03-01T09:00:00Z' });
    expect(kinds(sampleStatus({ recent_jobs: [failed] }))).toContain('warn failed');
    const earlier = { ...failed, finished_at: '2026-02-28T09:00:00Z' };
    expect(kinds(sampleStatus({ recent_jobs: [earlier] }))).not.toContain('warn failed');
  });

  it('is not calm while an alarm is open', () => {
    const status = sampleStatus({ alarms: { open: 2, last_delivery_problem: null } });
    expect(assessSafety(status, now).level).toBe('attention');
    expect(kinds(status)[0]).toBe('warn alarms');
    expect(kinds(sampleStatus({ alarms: null }))).not.toContain('warn alarms');
  });

  it('warns when the storage fills', () => {
    const storage = sampleStatus().storage;
    const filling = storage.reachable ? { ...storage, days_until_full: 9 } : storage;
    expect(kinds(sampleStatus({ storage: filling }))[0]).toBe('warn space');
  });
});
