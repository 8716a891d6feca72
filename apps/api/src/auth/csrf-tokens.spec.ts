import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { newSigningKey, testKeyRing } from '../testing/test-key-ring.js';
import { CsrfTokens } from './csrf-tokens.js';
import { DerivedKeys } from './derived-keys.js';

function csrfTokens(current?: string, earlier: readonly string[] = []): CsrfTokens {
  return new CsrfTokens(new DerivedKeys(testKeyRing(current, earlier)));
}

it('belongs to one session', async () => {
  const tokens = csrfTokens();
  const [mine, yours] = [randomUUID(), randomUUID()];
  const token = await tokens.tokenOf(mine);
  expect(await tokens.matches(mine, token)).toBe(true);
  expect(await tokens.matches(yours, token)).toBe(false);
});

it('stays good when the signing key is replaced, in every process that knows the earlier one', async () => {
  const [before, now] = [newSigningKey(), newSigningKey()];
  const sessionId = randomUUID();
  const token = await csrfTokens(before).tokenOf(sessionId);
  expect(await csrfTokens(now, [before]).matches(sessionId, token)).toBe(true);
  expect(await csrfTokens(now).matches(sessionId, token)).toBe(false);
});

it('refuses what is none', async () => {
  const tokens = csrfTokens();
  const sessionId = randomUUID();
  const token = await tokens.tokenOf(sessionId);
  for (const wrong of ['', '.', sessionId, token.slice(0, -1), `${token}x`, token.replace(/\..*/, '.')]) {
    expect(await tokens.matches(sessionId, wrong)).toBe(false);
  }
});
