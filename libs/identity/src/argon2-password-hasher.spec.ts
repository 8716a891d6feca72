import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Secret } from '@satchel/domain';
import { describe, expect, it, vi } from 'vitest';
import { Argon2PasswordHasher } from './argon2-password-hasher.js';

// The real one, with its calls written down.
vi.mock('@node-rs/argon2', { spy: true });

const hasher = new Argon2PasswordHasher();
const PASSWORD = new Secret('correct horse 😀 ÄÖ');

describe('Argon2PasswordHasher', () => {
  it('makes argon2id at the cost of OWASP, with a salt of its own each time', async () => {
    const [one, two] = [await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)];
    expect(one.reveal()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
    expect(one.reveal()).not.toBe(two.reveal());
    expect(String(one)).toBe('***');
  });

  it('knows the password again, and no other', async () => {
    const stored = await hasher.hash(PASSWORD);
    expect(await hasher.verify(stored, PASSWORD)).toBe(true);
    expect(await hasher.verify(stored, new Secret('correct horse 😀 ÄO'))).toBe(false);
    expect(await hasher.verify(stored, new Secret(''))).toBe(false);
  });

  it.each([null, '', 'no hash', '$argon2id$', '$argon2id$v=19$m=1$x', '$2b$12$abcdefghijklmnopqrstuv'])(
    'takes %j for no hash',
    async text => {
      expect(await hasher.verify(text === null ? null : new Secret(text), PASSWORD)).toBe(false);
    },
  );

  it.each([
    ['nobody', null],
    ['a hash that is broken', new Secret('$argon2id$x')],
    ['what is no hash', new Secret('no hash')],
  ])('does the same work for %s as for a wrong password', async (_what, stored) => {
    expect(await hasher.verify(stored, new Secret('wrong'))).toBe(false);
    const compared = String(vi.mocked(verify).mock.lastCall?.[0]);
    expect(parseOptions(compared)).toEqual(parseOptions((await hasher.hash(PASSWORD)).reveal()));
  });

  it('says which hashes were made with less than today', async () => {
    const made = { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: 2 };
    expect(hasher.isOutdated(await hasher.hash(PASSWORD))).toBe(false);
    for (const less of [{ memoryCost: 8192 }, { timeCost: 1 }, { algorithm: 1 }, { outputLen: 16 }]) {
      const stored = new Secret(await hash('x', { ...made, ...less }));
      expect(await hasher.verify(stored, new Secret('x'))).toBe(true);
      expect(hasher.isOutdated(stored)).toBe(true);
    }
    const more = new Secret(await hash('x', { ...made, memoryCost: 24_576, timeCost: 3 }));
    expect(hasher.isOutdated(more)).toBe(false);
    expect(hasher.isOutdated(new Secret('no hash'))).toBe(true);
  });
});
