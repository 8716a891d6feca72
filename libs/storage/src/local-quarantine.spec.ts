import { lstat, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixedClock } from '@satchel/testing';
import { describeUploadQuarantine } from '@satchel/testing/conformance';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LocalQuarantine } from './local-quarantine.js';

const ID = '00000000-0000-4000-8000-000000000001';

describeUploadQuarantine('LocalQuarantine', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'satchel-quarantine-'));
  const folder = join(parent, 'quarantine');
  const clock = new FixedClock();
  return {
    quarantine: new LocalQuarantine(folder, clock),
    clock,
    another: () => new LocalQuarantine(folder, clock),
    kept: async () => (await readdir(folder)).length,
    dispose: () => rm(parent, { recursive: true }),
  };
});

let folder: string;
let quarantine: LocalQuarantine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satchel-quarantine-'));
  quarantine = new LocalQuarantine(join(folder, 'deep', 'quarantine'), new FixedClock());
});
afterEach(() => rm(folder, { recursive: true }));

async function receive(): Promise<string> {
  async function* body() {
    yield Buffer.from('{}');
  }
  return (await quarantine.receive('a.json', body(), { maxBytes: 10 })).uploadId;
}

it('makes folder and files for their owner alone', async () => {
  const uploadId = await receive();
  const made = join(folder, 'deep', 'quarantine');
  expect((await lstat(made)).mode & 0o777).toBe(0o700);
  expect((await readdir(made)).sort()).toEqual([`${uploadId}.json`, `${uploadId}.upload`]);
  for (const name of await readdir(made)) expect((await lstat(join(made, name))).mode & 0o777).toBe(0o600);
});

it('sweeps what dead processes left half received, once it is as old, and leaves files of others alone', async () => {
  await receive();
  const made = join(folder, 'deep', 'quarantine');
  const old = new Date('2020-01-01T00:00:00Z');
  for (const name of [`${ID}.partial`, 'notes.json', `${ID}.txt`]) {
    await writeFile(join(made, name), 'x');
    await utimes(join(made, name), old, old);
  }
  expect(await quarantine.stat(ID)).toBeNull();
  expect(await quarantine.sweep(new Date('2019-12-31T00:00:00Z'))).toBe(0);
  expect(await quarantine.sweep(new Date('2020-01-02T00:00:00Z'))).toBe(1);
  expect(await readdir(made)).toEqual(expect.arrayContaining(['notes.json', `${ID}.txt`]));
  expect(await readdir(made)).not.toContain(`${ID}.partial`);
});

it('is no upload while its note is missing', async () => {
  const uploadId = await receive();
  await rm(join(folder, 'deep', 'quarantine', `${uploadId}.json`));
  expect(await quarantine.stat(uploadId)).toBeNull();
});

it('says which setting to look at, and no path, when the folder cannot be used', async () => {
  await writeFile(join(folder, 'file'), '');
  const blocked = new LocalQuarantine(join(folder, 'file', 'quarantine'), new FixedClock());
  async function* body() {
    yield Buffer.from('x');
  }
  const error: unknown = await blocked
    .receive('a', body(), { maxBytes: 9 })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'validation_error', context: { setting: 'UPLOAD_DIR' } });
  expect(String(error)).not.toContain(folder);
});
