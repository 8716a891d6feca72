import { randomUUID } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import type { Session } from '@satchel/domain';
import { FixedClock } from '@satchel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { newSigningKey, testKeyRing } from '../testing/test-key-ring.js';
import { AccessTokens } from './access-tokens.js';
import { DerivedKeys } from './derived-keys.js';

const MINUTE_MS = 60_000;

const jwt = new JwtService({});
let clock: FixedClock;
let session: Session;

beforeEach(() => {
  clock = new FixedClock();
  const now = clock.now();
  session = {
    sessionId: randomUUID(),
    userId: randomUUID(),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + 3_600_000),
    address: null,
    userAgent: null,
  };
});

function accessTokens(current?: string, earlier: readonly string[] = []): AccessTokens {
  return new AccessTokens(jwt, new DerivedKeys(testKeyRing(current, earlier)), clock, 10 * MINUTE_MS);
}

it('names user and session, and says nothing of rights', async () => {
  const { text, expiresAt } = await accessTokens().issue(session);
  const claims: unknown = jwt.decode(text);
  expect(claims).toEqual({
    sub: session.userId,
    sid: session.sessionId,
    iat: clock.now().getTime() / 1000,
    exp: expiresAt.getTime() / 1000,
    iss: 'satchel',
    aud: 'satchel-api',
  });
  expect(expiresAt.getTime() - clock.now().getTime()).toBe(10 * MINUTE_MS);
});

it('is taken until it expires', async () => {
  const tokens = accessTokens();
  const { text } = await tokens.issue(session);
  expect(await tokens.userIdOf(text)).toBe(session.userId);
  clock.advance(10 * MINUTE_MS - 1);
  expect(await tokens.userIdOf(text)).toBe(session.userId);
  clock.advance(1);
  expect(await tokens.userIdOf(text)).toBeNull();
});

it('is taken after the signing key was replaced, and not once the key is gone', async () => {
  const [before, now] = [newSigningKey(), newSigningKey()];
  const { text } = await accessTokens(before).issue(session);
  expect(await accessTokens(now, [before]).userIdOf(text)).toBe(session.userId);
  expect(await accessTokens(now).userIdOf(text)).toBeNull();
});

it('is not signed with the signing key itself', async () => {
  const key = newSigningKey();
  const { text } = await accessTokens(key).issue(session);
  await expect(jwt.verifyAsync(text, { secret: Buffer.from(key, 'base64') })).rejects.toThrow();
});

it.each<[string, { alg?: 'none' | 'HS512' }, object]>([
  ['no algorithm', { alg: 'none' }, {}],
  ['another algorithm with the right key', { alg: 'HS512' }, {}],
  ['another audience', {}, { aud: 'another-api' }],
  ['another issuer', {}, { iss: 'somebody' }],
  ['no audience', {}, { aud: undefined }],
  ['no expiry', {}, { exp: undefined }],
  ['no session', {}, { sid: undefined }],
  ['a session that is no id', {}, { sid: "' OR 1=1 --" }],
])('refuses one with %s', async (_what, header, claims) => {
  const keyRing = testKeyRing();
  const keys = new DerivedKeys(keyRing);
  const tokens = new AccessTokens(jwt, keys, clock, 10 * MINUTE_MS);
  const { keyId, secret: key } = await keys.current('satchel access token');
  const secret = key.export();
  const now = Math.floor(clock.now().getTime() / 1000);
  const whole = {
    sub: session.userId,
    sid: session.sessionId,
    iat: now,
    exp: now + 600,
    iss: 'satchel',
    aud: 'satchel-api',
  };
  const payload = JSON.parse(JSON.stringify({ ...whole, ...claims })) as object;
  const sign = (alg: 'HS256' | 'HS512') => jwt.sign(payload, { secret, algorithm: alg, keyid: keyId });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged =
    header.alg === 'none'
      ? `${part({ alg: 'none', kid: keyId })}.${part(payload)}.`
      : sign(header.alg ?? 'HS256');
  expect(await tokens.userIdOf(forged)).toBeNull();
  // The same by itself is fine, so that it is the difference that is refused.
  const fine = jwt.sign(whole, { secret, algorithm: 'HS256', keyid: keyId });
  expect(await tokens.userIdOf(fine)).toBe(session.userId);
});

it.each(['', 'x', 'a.b.c', '....', 'e30.e30.e30', `${'A'.repeat(5000)}.B.C`])(
  'refuses %j, which is no token',
  async text => {
    expect(await accessTokens().userIdOf(text)).toBeNull();
  },
);

describe('a token that was judged before', () => {
  const judged = async (tokens: AccessTokens) => {
    const { text } = await tokens.issue(session);
    await tokens.remember(text, jwt.decode(text));
    return text;
  };

  it('is known by its whole text, and no other', async () => {
    const tokens = accessTokens();
    const text = await judged(tokens);
    expect(await tokens.remembered(text)).toEqual({ userId: session.userId, sessionId: session.sessionId });
    const [head, body] = text.split('.');
    for (const other of [`${head}.${body}.`, `${text}A`, text.slice(0, -1), text.toLowerCase()]) {
      expect(await tokens.remembered(other)).toBeNull();
      expect(await tokens.userIdOf(other)).toBeNull();
    }
    expect(await accessTokens().remembered(text)).toBeNull();
  });

  it('is refused from the moment that it expires', async () => {
    const tokens = accessTokens();
    const text = await judged(tokens);
    clock.advance(10 * MINUTE_MS - 1);
    expect(await tokens.remembered(text)).not.toBeNull();
    clock.advance(1);
    expect(await tokens.remembered(text)).toBeNull();
    expect(await tokens.userIdOf(text)).toBeNull();
  });

  it('is worth nothing from the moment that its key is gone', async () => {
    const keyRing = testKeyRing();
    const tokens = new AccessTokens(jwt, new DerivedKeys(keyRing), clock, 10 * MINUTE_MS);
    const text = await judged(tokens);
    keyRing.byId = () => Promise.resolve(null);
    expect(await tokens.remembered(text)).toBeNull();
    expect(await tokens.userIdOf(text)).toBeNull();
  });

  it.each([
    ['has expired', { exp: 1 }],
    ['is not whole', { sid: undefined }],
  ])('is not remembered if it %s', async (_what, claims) => {
    const tokens = accessTokens();
    const { text } = await tokens.issue(session);
    await tokens.remember(text, { ...jwt.decode<object>(text), ...claims });
    expect(await tokens.remembered(text)).toBeNull();
  });
});
