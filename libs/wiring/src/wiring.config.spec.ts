import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { BackupError } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWiringConfig } from './wiring.config.js';

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'satchel-config-'));
});

afterEach(async () => {
  await rm(cwd, { recursive: true });
});

function refusal(env: Record<string, string>): BackupError {
  try {
    loadWiringConfig({ env, cwd });
  } catch (error) {
    if (error instanceof BackupError) return error;
  }
  throw new Error('the settings were taken');
}

describe('loadWiringConfig', () => {
  it('needs no setting at all', () => {
    expect(loadWiringConfig({ env: {}, cwd })).toMatchObject({
      databaseUrl: null,
      backupDir: join(cwd, 'backups'),
      homeDir: join(cwd, '.satchel'),
      maxBackupFileSizeBytes: 104857600,
      retentionDays: 30,
      logLevel: 'info',
      redisUrl: null,
      workerConcurrency: 2,
      uploadDir: join(cwd, '.satchel', 'quarantine'),
    });
  });

  it.each(['localhost:6379', 'http://redis', 'redis://host/name'])(
    'refuses %s as the URL of a Redis, without repeating it',
    text => {
      const { message } = refusal({ REDIS_URL: text });
      expect(message).toContain('REDIS_URL');
      expect(message.replace('redis://user:password@host:6379/0', '')).not.toContain(text);
    },
  );

  it.each(['redis://redis', 'rediss://me:hunter2@redis.example:6380/3'])('takes %s', text => {
    expect(loadWiringConfig({ env: { REDIS_URL: text }, cwd }).redisUrl?.reveal()).toBe(text);
  });

  it.each(['0', '65', '1.5', 'many'])('refuses to run %s jobs at once', text => {
    expect(refusal({ WORKER_CONCURRENCY: text }).message).toContain('WORKER_CONCURRENCY');
  });

  it('takes the environment before .env, and an empty variable as none', async () => {
    await writeFile(join(cwd, '.env'), 'BACKUP_DIR=from-file\nBACKUP_RETENTION_DAYS="7"\nLOG_LEVEL=debug\n');
    const config = loadWiringConfig({ env: { BACKUP_DIR: '/from/env', LOG_LEVEL: '' }, cwd });
    expect(config).toMatchObject({ backupDir: '/from/env', retentionDays: 7, logLevel: 'debug' });
  });

  it.each([
    ['1', 1],
    ['10K', 10_240],
    ['100M', 104_857_600],
    ['2G', 2_147_483_648],
  ])('reads %s as %i bytes', (text, bytes) => {
    const config = loadWiringConfig({ env: { MAX_BACKUP_FILE_SIZE: text }, cwd });
    expect(config.maxBackupFileSizeBytes).toBe(bytes);
  });

  it.each(['0', '-1', '1.5', '10 MB', '1e9', '999999999999999G'])('refuses %s as a number of bytes', text => {
    expect(refusal({ MAX_BACKUP_FILE_SIZE: text })).toMatchObject({ kind: 'validation_error' });
  });

  it('names every wrong setting at once, and never a value', () => {
    const error = refusal({
      LOG_LEVEL: 'loud',
      BACKUP_RETENTION_DAYS: 'a week',
      SATCHEL_SIGNING_KEY: 'hunter2-is-too-short',
    });
    expect(error.message).toMatch(/3 settings are wrong/);
    for (const name of ['LOG_LEVEL', 'BACKUP_RETENTION_DAYS', 'SATCHEL_SIGNING_KEY']) {
      expect(error.message).toContain(name);
    }
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });

  it('names what a program cannot do without among them', () => {
    const load = () => loadWiringConfig({ env: { LOG_LEVEL: 'loud', REDIS_URL: ' ' }, cwd }, ['REDIS_URL']);
    expect(load).toThrow(/2 settings are wrong: LOG_LEVEL .*; REDIS_URL is needed here, and not set/);
  });

  it('prints no secret', () => {
    const config = loadWiringConfig({
      env: { DATABASE_URL: 'postgresql://me:hunter2@db/school', PGPASSWORD: 'hunter2' },
      cwd,
    });
    expect(`${inspect(config, { depth: 9 })}${JSON.stringify(config)}`).not.toContain('hunter2');
    expect(config.databaseUrl?.reveal()).toContain('hunter2');
  });
});

describe('satchel.config.json', () => {
  it('replaces the backup types', async () => {
    await writeFile(
      join(cwd, 'satchel.config.json'),
      JSON.stringify({ schemas: ['a', 'b'], scopes: [{ name: 'all', include: ['*', 'c.only'] }], fill: {} }),
    );
    const { scopeConfig } = loadWiringConfig({ env: {}, cwd });
    expect(scopeConfig.scopes).toEqual([
      { name: 'all', title: 'all', include: ['a.*', 'b.*', 'c.only'], exclude: [] },
    ]);
    expect(scopeConfig.fill).toEqual({});
  });

  it('names each wrong place by its path', async () => {
    await writeFile(
      join(cwd, 'satchel.config.json'),
      JSON.stringify({ scopes: [{ name: 'Bad Name', include: [] }], fill: { status: 'x' }, scope: 1 }),
    );
    expect(refusal({}).message).toMatch(/scopes\[0\]\.name.*scopes\[0\]\.include.*fill\.status.*the file/s);
  });

  it.each([
    ['the name of safety backups', { scopes: [{ name: 'safety', include: ['*'] }] }],
    [
      'a name twice',
      {
        scopes: [
          { name: 'a', include: ['*'] },
          { name: 'a', include: ['*'] },
        ],
      },
    ],
    ['no type', { scopes: [] }],
  ])('refuses %s', async (_, document) => {
    await writeFile(join(cwd, 'satchel.config.json'), JSON.stringify(document));
    expect(refusal({})).toMatchObject({ kind: 'validation_error' });
  });

  it('must exist if it is named', () => {
    expect(refusal({ SATCHEL_CONFIG: 'other.json' }).message).toContain('does not exist');
  });

  it('must be JSON', async () => {
    await writeFile(join(cwd, 'satchel.config.json'), '{');
    expect(refusal({}).message).toContain('is not JSON');
  });
});
