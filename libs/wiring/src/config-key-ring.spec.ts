import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@satchel/domain';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigKeyRing } from './config-key-ring.js';

let homeDir: string;

beforeEach(async () => {
  homeDir = join(await mkdtemp(join(tmpdir(), 'satchel-keys-')), 'home');
});

afterEach(async () => {
  await rm(join(homeDir, '..'), { recursive: true });
});

const newKey = (): string => randomBytes(32).toString('base64');

function keyRing(signingKey: string | null = null, earlier: readonly string[] = []): ConfigKeyRing {
  return new ConfigKeyRing({
    homeDir,
    signingKey: signingKey === null ? null : new Secret(signingKey),
    earlierSigningKeys: new Secret(earlier),
  });
}

it('makes a key at first use, for its owner alone, and keeps it', async () => {
  const made = await keyRing().current();
  expect(await keyRing().current()).toEqual(made);
  const path = join(homeDir, 'signing-keys.json');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(homeDir)).toEqual(['signing-keys.json']);
  expect((await keyRing().byId(made.keyId))?.secret.reveal()).toEqual(made.secret.reveal());
});

it('gives all who start at the same moment the same key', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => keyRing().current()));
  expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
  expect(await readdir(homeDir)).toEqual(['signing-keys.json']);
});

it('signs with the key of the settings, and knows those before it', async () => {
  const made = await keyRing().current();
  const [now, before] = [newKey(), newKey()];
  const ring = keyRing(now, [before]);
  expect((await ring.current()).secret.reveal()).toEqual(Uint8Array.from(Buffer.from(now, 'base64')));
  const earlier = await keyRing(before).current();
  expect(await ring.byId(earlier.keyId)).not.toBeNull();
  expect(await ring.byId(made.keyId)).not.toBeNull();
  expect(await ring.byId('0000000000000000')).toBeNull();
});

it('refuses a damaged file instead of making new keys over it', async () => {
  await keyRing().current();
  const path = join(homeDir, 'signing-keys.json');
  await writeFile(path, '{"keys":[]}');
  await expect(keyRing().current()).rejects.toMatchObject({ kind: 'unavailable' });
  expect(await readFile(path, 'utf8')).toBe('{"keys":[]}');
});
