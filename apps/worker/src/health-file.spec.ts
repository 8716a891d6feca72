import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobStore, WorkerRecord } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { FixedClock } from '@satchel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HealthFile } from './health-file.js';

const NOW = new Date('2026-03-01T09:15:00.000Z');

describe('the file that says a worker is well', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'satchel-health-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const written = async (workers: () => Promise<readonly Partial<WorkerRecord>[]>, path = 'alive') => {
    const store = { workers } as unknown as JobStore;
    await new HealthFile(join(folder, path), store, new FixedClock(NOW)).look();
    return await readFile(join(folder, path), 'utf8').catch(() => null);
  };

  it('is written while the catalog lists this process among the workers', async () => {
    const here = { host: hostname(), pid: process.pid };
    expect(await written(() => Promise.resolve([{ host: 'other', pid: 1 }, here]))).toBe(
      '2026-03-01T09:15:00.000Z\n',
    );
  });

  it('is not written for another process', async () => {
    expect(await written(() => Promise.resolve([{ host: hostname(), pid: process.pid + 1 }]))).toBeNull();
  });

  it('is not written while the catalog is away', async () => {
    expect(await written(() => Promise.reject(new BackupError('unavailable', 'Away.')))).toBeNull();
  });

  it('does not stop a worker that cannot write it', async () => {
    const here = { host: hostname(), pid: process.pid };
    expect(await written(() => Promise.resolve([here]), 'no/such/folder')).toBeNull();
  });
});
