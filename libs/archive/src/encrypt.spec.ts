import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupError, NO_KEYS, Secret, type EncryptFor, type UnlockKeys } from '@satchel/domain';
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passphraseRecipient } from './age/passphrase-stanza.js';
import { makeKeyPair, type AgeKeyPair } from './age-keys.js';
import { decrypt, encrypt, isEncrypted, isForPassphrase } from './encrypt.js';
import { gather, inChunks } from './testing/invented-backup.js';

const CHUNK = 64 * 1024;

let folder: string;
let mine: AgeKeyPair;
let yours: AgeKeyPair;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satchel-age-'));
  [mine, yours] = await Promise.all([makeKeyPair(), makeKeyPair()]);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function keyOf(...pairs: AgeKeyPair[]): UnlockKeys {
  return { ...NO_KEYS, identities: pairs.map(({ identity }) => identity) };
}

function seal(plain: Uint8Array, encryptFor: EncryptFor, chunkBytes = 10_000): Promise<Buffer> {
  return gather(encrypt(inChunks(plain, chunkBytes), encryptFor));
}

async function open(sealed: Uint8Array, keys: UnlockKeys, chunkBytes = 10_000): Promise<Buffer> {
  return gather(await decrypt(inChunks(sealed, chunkBytes), { name: 'backup.age', keys }));
}

async function refusal(reading: Promise<unknown>): Promise<BackupError> {
  const error: unknown = await reading.then(
    () => new Error('it was read'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof BackupError) return error;
  throw error;
}

/** Runs Debian's age. */
function age(args: readonly string[], input?: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync('age', args, { input, maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`age: ${stderr.toString()}`);
  return stdout;
}

async function identityFile(pair: AgeKeyPair): Promise<string> {
  const path = join(folder, `${pair.recipient}.txt`);
  await writeFile(path, `# a comment\n${pair.identity.reveal()}\n`, { mode: 0o600 });
  return path;
}

describe('encrypt', () => {
  // Around the ends of chunks, where the last one may not be empty and may not be missing.
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 20 * CHUNK, 20 * CHUNK + 17])(
    'gives %d bytes back, to us and to the age tool',
    async bytes => {
      const plain = randomBytes(bytes);
      const sealed = await seal(plain, { recipients: [mine.recipient] });
      expect(isEncrypted(sealed)).toBe(true);
      expect((await open(sealed, keyOf(mine))).equals(plain)).toBe(true);
      expect((await open(sealed, keyOf(mine), 1_000_000)).equals(plain)).toBe(true);
      expect(age(['--decrypt', '--identity', await identityFile(mine)], sealed).equals(plain)).toBe(true);
    },
  );

  it('opens what the age tool has encrypted, for several, with each of their keys', async () => {
    const plain = randomBytes(3 * CHUNK);
    const sealed = age(['-r', mine.recipient, '-r', yours.recipient], plain);
    for (const pair of [mine, yours]) expect((await open(sealed, keyOf(pair))).equals(plain)).toBe(true);
    expect((await open(sealed, keyOf(await makeKeyPair(), yours), 7)).equals(plain)).toBe(true);
  });

  it('lets each of several recipients open it, with the age tool too', async () => {
    const sealed = await seal(Buffer.from('rows'), { recipients: [mine.recipient, yours.recipient] });
    for (const pair of [mine, yours]) {
      expect(age(['--decrypt', '--identity', await identityFile(pair)], sealed).toString()).toBe('rows');
      expect((await open(sealed, keyOf(pair))).toString()).toBe('rows');
    }
  });

  it('takes a passphrase, as the library of age does it', async () => {
    const passphrase = 'correct horse battery staple';
    const ours = await seal(Buffer.from('rows'), { passphrase: new Secret(passphrase) });
    expect(ours.toString('latin1')).toMatch(/^-> scrypt \S+ 18$/m);
    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(10);
    const theirs = await encrypter.encrypt('rows');
    // What a guess costs is a number to the library too; in JavaScript the usual one takes seconds.
    const cheap = new Encrypter();
    cheap.addRecipient(passphraseRecipient(passphrase, 10));
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    expect(await decrypter.decrypt(await cheap.encrypt('rows'), 'text')).toBe('rows');
    const keys = (text: string): UnlockKeys => ({ ...NO_KEYS, passphrases: [new Secret(text)] });
    for (const file of [ours, theirs]) {
      expect(isForPassphrase(file)).toBe(true);
      expect((await open(file, keys(passphrase))).toString()).toBe('rows');
    }
    const { kind, message } = await refusal(open(theirs, keys('wrong')));
    expect(kind).toBe('wrong_key');
    expect(message).toContain('It is encrypted with a passphrase.');
  });

  it('refuses a passphrase that is made to cost gigabytes', async () => {
    const encrypter = new Encrypter();
    encrypter.setPassphrase('x');
    encrypter.setScryptWorkFactor(10);
    const file = Buffer.from(await encrypter.encrypt('rows')).toString('latin1');
    const costly = Buffer.from(file.replace(/^(-> scrypt \S+) 10$/m, '$1 22'), 'latin1');
    expect((await refusal(open(costly, { ...NO_KEYS, passphrases: [new Secret('x')] }))).kind).toBe(
      'too_large',
    );
  });

  it('opens what was encrypted for a post-quantum key', async () => {
    const identity = await generateHybridIdentity();
    const sealed = await seal(Buffer.from('rows'), { recipients: [await identityToRecipient(identity)] });
    expect((await open(sealed, { ...NO_KEYS, identities: [new Secret(identity)] })).toString()).toBe('rows');
  });

  it('is as it was without anybody to encrypt for', async () => {
    expect((await gather(encrypt(inChunks(Buffer.from('rows'), 2), null))).toString()).toBe('rows');
  });
});

describe('decrypt', () => {
  it('says that a key is missing or wrong, and whose is needed', async () => {
    const sealed = await seal(Buffer.from('rows'), { recipients: [mine.recipient, yours.recipient] });
    const encryption = { format: 'age', recipients: [mine.recipient, yours.recipient] } as const;
    for (const keys of [
      NO_KEYS,
      keyOf(await makeKeyPair()),
      { ...NO_KEYS, passphrases: [new Secret('x')] },
    ]) {
      const known = await refusal(decrypt(inChunks(sealed, 50), { name: 'backup.age', keys, encryption }));
      expect(known.kind).toBe('wrong_key');
      expect(known.message).toContain(mine.recipient);
      expect(known.message).toContain(yours.recipient);
      expect(known.context).toEqual({ file: 'backup.age', recipients: encryption.recipients });
      const unknown = await refusal(open(sealed, keys));
      expect(unknown.kind).toBe('wrong_key');
      expect(unknown.message).toContain('encrypted for 2 keys');
    }
  });

  it('never says a key', async () => {
    const sealed = await seal(Buffer.from('rows'), { recipients: [mine.recipient] });
    const error = await refusal(open(sealed, keyOf(yours)));
    expect(JSON.stringify([error.message, error.context, String(error.cause)])).not.toContain(
      yours.identity.reveal().slice(15),
    );
  });

  it.each([
    ['in its header', (sealed: Buffer) => sealed.subarray(0, 60)],
    [
      'after its header',
      (sealed: Buffer) => sealed.subarray(0, sealed.indexOf('\n', sealed.indexOf('\n---') + 1) + 1),
    ],
    [
      'in its nonce',
      (sealed: Buffer) => sealed.subarray(0, sealed.indexOf('\n', sealed.indexOf('\n---') + 1) + 9),
    ],
    ['between two chunks', (sealed: Buffer) => sealed.subarray(0, sealed.length - 116)],
    ['in a chunk', (sealed: Buffer) => sealed.subarray(0, sealed.length - 1)],
  ])('finds that a file is cut off %s', async (_, cut) => {
    const sealed = await seal(randomBytes(CHUNK + 100), { recipients: [mine.recipient] });
    const { kind, message } = await refusal(open(cut(sealed), keyOf(mine)));
    expect(kind).toBe('invalid_backup');
    expect(message).toMatch(/cut off/);
  });

  it('finds chunks that have changed places, or stand twice', async () => {
    const sealed = await seal(randomBytes(3 * CHUNK), { recipients: [mine.recipient] });
    const start = sealed.length - 3 * (CHUNK + 16);
    const chunk = (index: number): Buffer =>
      sealed.subarray(start + index * (CHUNK + 16), start + (index + 1) * (CHUNK + 16));
    const head = sealed.subarray(0, start);
    for (const order of [
      [1, 0, 2],
      [0, 0, 1, 2],
      [0, 2],
      [0, 1, 2, 2],
    ]) {
      const changed = Buffer.concat([head, ...order.map(chunk)]);
      expect((await refusal(open(changed, keyOf(mine)))).kind).toBe('invalid_backup');
    }
  });

  it('finds every flipped bit of a small file', async () => {
    const sealed = await seal(Buffer.from('a few rows'), { recipients: [mine.recipient, yours.recipient] });
    for (let at = 0; at < sealed.length; at++) {
      const damaged = Buffer.from(sealed);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      // The first line is how it is known at all; without it, it is no age file.
      if (!isEncrypted(damaged)) continue;
      expect((await refusal(open(damaged, keyOf(mine)))).kind).toMatch(/invalid_backup|wrong_key/);
    }
  });

  it('does not read a header without an end for ever', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('age-encryption.org/v1\n');
      for (;;) yield Buffer.from('-> X25519 abc\n');
    }
    const { kind } = await refusal(decrypt(endless(), { name: 'x', keys: keyOf(mine) }));
    expect(kind).toBe('invalid_backup');
  });

  it('hands nothing on of a chunk that is damaged', async () => {
    const plain = randomBytes(3 * CHUNK);
    const sealed = await seal(plain, { recipients: [mine.recipient] });
    const at = sealed.length - CHUNK - 100;
    sealed[at] = (sealed[at] ?? 0) ^ 1;
    const got: Uint8Array[] = [];
    const reading = (async () => {
      for await (const bytes of await decrypt(inChunks(sealed, 1000), { name: 'x', keys: keyOf(mine) }))
        got.push(bytes);
    })();
    expect((await refusal(reading)).context).toMatchObject({ chunk: 1 });
    expect(Buffer.concat(got).equals(plain.subarray(0, CHUNK))).toBe(true);
  });
});

it('makes keys that age-keygen takes for its own', async () => {
  const file = await identityFile(mine);
  const { stdout } = spawnSync('age-keygen', ['-y', file]);
  expect(stdout.toString().trim()).toBe(mine.recipient);
  expect((await readFile(file, 'utf8')).startsWith('# a comment')).toBe(true);
});
