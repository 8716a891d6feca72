import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pastWrapper } from './past-wrapper.js';

describe('pastWrapper', () => {
  let folder: string;
  let versions: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'satchel-wrapper-'));
    versions = join(folder, 'versions');
    await mkdir(join(folder, 'bin'));
    await program('pg_wrapper');
    await symlink('../pg_wrapper', join(folder, 'bin', 'pg_dump'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function program(...path: string[]): Promise<string> {
    const file = join(folder, ...path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, '#!/bin/sh\n', { mode: 0o755 });
    return file;
  }

  function found(pgDump = 'pg_dump'): Promise<string> {
    return pastWrapper({ pgDump, programPath: `/nowhere:${join(folder, 'bin')}` }, versions);
  }

  it('finds the newest that is installed', async () => {
    await program('versions', '9.6', 'bin', 'pg_dump');
    await program('versions', 'common', 'bin', 'pg_dump');
    const newest = await program('versions', '18', 'bin', 'pg_dump');
    // Only its server is installed.
    await program('versions', '19', 'bin', 'postgres');
    expect(await found()).toBe(newest);
    expect(await found(join(folder, 'bin', 'pg_dump'))).toBe(newest);
  });

  it('leaves it to the wrapper where there is nothing behind it', async () => {
    expect(await found()).toBe('pg_dump');
    await mkdir(join(versions, '18', 'bin'), { recursive: true });
    expect(await found()).toBe('pg_dump');
  });

  it('leaves a program alone that is none, or that is not there', async () => {
    await program('versions', '18', 'bin', 'pg_dump');
    const own = await program('own', 'pg_dump');
    expect(await found(own)).toBe(own);
    expect(await found('pg_dump_18')).toBe('pg_dump_18');
    expect(await found('/nowhere/pg_dump')).toBe('/nowhere/pg_dump');
    expect(await pastWrapper({ pgDump: 'pg_dump', programPath: null }, versions)).toBe('pg_dump');
  });
});
