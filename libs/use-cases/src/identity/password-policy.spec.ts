import { BackupError, Secret } from '@satchel/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isApiToken, newApiToken, newPassword, newRefreshToken } from './new-secret.js';
import { checkPassword } from './password-policy.js';
import { checkUserName } from './user-name.js';

function refusal(password: string, username = 'asha'): BackupError | null {
  try {
    checkPassword(new Secret(password), username);
    return null;
  } catch (error) {
    if (error instanceof BackupError) return error;
    throw error;
  }
}

describe('checkPassword', () => {
  it.each([
    ['', /too short/],
    ['ninechars', /too short/],
    ['😀😀😀😀😀', /too short/],
    ['x'.repeat(257), /too long/],
    ['ä'.repeat(129), /too long/],
    ['Password123', /tried first/],
    ['ADMINISTRATOR', /tried first/],
    ['aaaaaaaaaaaa', /tried first/],
    ['abababababab', /tried first/],
  ])('refuses %j', (password, message) => {
    expect(refusal(password)?.message).toMatch(message);
  });

  it('refuses the user name, in any case', () => {
    expect(refusal('Asha.Verma@School', 'asha.verma@school')?.message).toMatch(/user name/);
  });

  it.each(['correct horse', 'पासवर्ड बहुत लंबा', '  spaces are kept ', 'p'.repeat(10) + 'qrs'])(
    'takes %j',
    password => {
      expect(refusal(password)).toBeNull();
    },
  );

  it('says nothing of what was given', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 9 }), password => {
        const { message, context } = refusal(password) ?? { message: '', context: {} };
        expect(context).toEqual({ parameter: 'password' });
        fc.pre(
          !'The password is too short: it needs at least 10 characters. A few words are a good one.'.includes(
            password,
          ),
        );
        expect(message).not.toContain(password);
      }),
    );
  });

  it('takes every password that is made', () => {
    const made = Array.from({ length: 200 }, () => newPassword().reveal());
    expect(new Set(made).size).toBe(200);
    for (const password of made) {
      expect(password).toMatch(/^[a-km-zA-HJ-NP-Z2-9]{5}(-[a-km-zA-HJ-NP-Z2-9]{5}){3}$/);
      expect(refusal(password)).toBeNull();
    }
  });
});

describe('tokens', () => {
  it('have 256 bits, and can be told', () => {
    expect(Buffer.from(newRefreshToken().reveal(), 'base64url')).toHaveLength(32);
    expect(isApiToken(newApiToken().reveal())).toBe(true);
    for (const text of ['', 'satchel_pat_', `${newApiToken().reveal()}=`, newRefreshToken().reveal()]) {
      expect(isApiToken(text)).toBe(false);
    }
  });
});

describe('checkUserName', () => {
  it.each([
    [' asha ', 'asha'],
    ['Asha.Verma+x@school-1', 'Asha.Verma+x@school-1'],
    ['u\u0308nal', 'ünal'],
    ['आशा', 'आशा'],
  ])('takes %j', (given, kept) => {
    expect(checkUserName(given)).toBe(kept);
  });

  it.each(['', ' ', 'a b', '-a', '.a', 'a\0', 'a\u202eb', "a'b", 'a/b', 'x'.repeat(65), '\ud800'])(
    'refuses %j',
    name => {
      expect(() => checkUserName(name)).toThrow(/user name has/);
    },
  );
});
