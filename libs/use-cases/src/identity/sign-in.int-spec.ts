import { BackupError, Secret } from '@satchel/domain';
import { kindOf } from '@satchel/testing/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openIdentityBench, PASSWORD, type IdentityBench } from '../testing/identity-bench.js';
import { ChangeOwnPassword } from './change-own-password.js';
import { digestOf } from './new-secret.js';
import { OwnSessions } from './own-sessions.js';
import { RenewSession } from './renew-session.js';
import { SESSION_LIFETIME_MS } from './sign-in.js';
import { SignOut } from './sign-out.js';

let bench: IdentityBench;

beforeEach(async () => {
  bench = await openIdentityBench();
});
afterEach(() => bench.close());

async function errorOf(promise: Promise<unknown>): Promise<BackupError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackupError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('SignIn', () => {
  it('opens a session, whose token is told once and kept as a digest', async () => {
    const { userId } = await bench.add('Asha', { roles: ['operator'] });
    const { user, session, refreshToken } = await bench.enter('asha');
    expect(user.userId).toBe(userId);
    expect(session).toMatchObject({ userId, address: '192.0.2.7', userAgent: 'Browser/1' });
    expect(session.expiresAt.getTime() - bench.clock.now().getTime()).toBe(SESSION_LIFETIME_MS);
    expect(Buffer.from(refreshToken.reveal(), 'base64url')).toHaveLength(32);
    const found = await bench.authenticate.sessionUser(session.sessionId);
    expect(found).toMatchObject({ user: { username: 'Asha' }, permissions: user.permissions, token: null });
    expect((await bench.store.user(userId))?.lastSignInAt).toEqual(bench.clock.now());
    expect(await bench.log(1)).toMatchObject([
      { action: 'session.sign_in', outcome: 'success', subject: userId, actor: { userId, name: 'Asha' } },
    ]);
    const hash = digestOf(refreshToken);
    expect((await bench.store.renewSession(hash, 'sha256:next', bench.clock.now())).outcome).toBe('renewed');
    expect(JSON.stringify(await bench.log(10))).not.toContain(refreshToken.reveal());
  });

  it('says the same of an unknown name, a wrong password and a user who is asleep, after the same work', async () => {
    const { userId } = await bench.add('asha');
    await bench.add('sleeper');
    const asleep = await bench.store.credentials('sleeper');
    await bench.store.changeUser(asleep?.user.userId ?? '', { active: false });
    const errors = [];
    for (const [name, password] of [
      ['asha', 'wrong'],
      ['nobody', PASSWORD],
      ['sleeper', PASSWORD],
      ['a name that cannot be', PASSWORD],
      ['asha', 'x'.repeat(300)],
      ['', ''],
    ] as const) {
      const before = bench.hasher.compared;
      errors.push(await errorOf(bench.enter(name, password, null)));
      expect(bench.hasher.compared).toBe(before + 1);
    }
    expect(
      new Set(errors.map(({ kind, message, context }) => JSON.stringify([kind, message, context]))),
    ).toEqual(new Set(['["auth_error","User name or password is wrong.",{}]']));
    const log = await bench.log(6);
    expect(log.map(({ actor, outcome, details }) => [actor.name, outcome, details['reason']])).toEqual([
      ['unknown', 'refused', 'unknown name'],
      ['asha', 'refused', 'wrong password'],
      ['unknown', 'refused', 'unknown name'],
      ['sleeper', 'refused', 'not active'],
      ['unknown', 'refused', 'unknown name'],
      ['asha', 'refused', 'wrong password'],
    ]);
    expect(log.at(-1)).toMatchObject({ subject: userId });
    expect(JSON.stringify(log)).not.toMatch(/nobody|a name that/);
  });

  it('makes guessing a name slow, from any address, and a success clears it', async () => {
    await bench.add('asha');
    for (let i = 0; i < 5; i += 1) {
      expect(await kindOf(bench.enter('asha', 'wrong', `192.0.2.${i}`))).toBe('auth_error');
    }
    const compared = bench.hasher.compared;
    const waiting = await errorOf(bench.enter('ASHA', PASSWORD, '192.0.2.99'));
    expect(waiting).toMatchObject({ kind: 'rate_limited', context: { retryAfterSeconds: 2 } });
    expect(bench.hasher.compared).toBe(compared);
    bench.clock.advance(2000);
    expect(await kindOf(bench.enter('asha', 'wrong', '192.0.2.99'))).toBe('auth_error');
    expect((await errorOf(bench.enter('asha'))).context).toEqual({ retryAfterSeconds: 4 });
    bench.clock.advance(4000);
    await bench.enter('asha');
    expect(await kindOf(bench.enter('asha', 'wrong'))).toBe('auth_error');
    expect(await kindOf(bench.enter('asha'))).toBe('no error');
  });

  it('makes guessing from an address slow, whatever the names', async () => {
    await bench.add('asha');
    for (let i = 0; i < 5; i += 1) await kindOf(bench.enter(`nobody${i}`));
    expect(await kindOf(bench.enter('asha'))).toBe('rate_limited');
    expect(await kindOf(bench.enter('asha', PASSWORD, '198.51.100.1'))).toBe('no error');
  });

  it('lets no more be tried by asking many times at the same moment', async () => {
    await bench.add('asha');
    const kinds = await Promise.all(
      Array.from({ length: 20 }, (_, i) => kindOf(bench.enter('asha', `wrong ${i}`, `192.0.2.${i}`))),
    );
    expect(kinds.filter(kind => kind === 'auth_error').length).toBeLessThanOrEqual(6);
    expect(kinds.filter(kind => kind === 'rate_limited').length).toBeGreaterThanOrEqual(14);
  });

  it('makes an older hash anew', async () => {
    const { userId } = await bench.add('asha');
    bench.hasher.generation = 2;
    await bench.enter('asha');
    const hash = (await bench.store.credentials('asha'))?.passwordHash;
    expect(hash && bench.hasher.isOutdated(hash)).toBe(false);
    expect((await bench.store.user(userId))?.mustChangePassword).toBe(true);
    await bench.enter('asha');
  });
});

describe('RenewSession', () => {
  const renew = (refreshToken: Secret<string>) =>
    new RenewSession(bench.store, bench.audit, bench.clock, bench.changes).run({
      refreshToken,
      address: null,
    });

  it('goes on from token to token, without an entry in the log', async () => {
    await bench.add('asha');
    const first = await bench.enter('asha');
    bench.clock.advance(600_000);
    const second = await renew(first.refreshToken);
    expect(second.session.sessionId).toBe(first.session.sessionId);
    expect(second.refreshToken.reveal()).not.toBe(first.refreshToken.reveal());
    expect(second.user.username).toBe('asha');
    expect(await bench.log(1)).toMatchObject([{ action: 'session.sign_in' }]);
  });

  it('lets two tabs renew at the same moment, and go on', async () => {
    await bench.add('asha');
    const { refreshToken, session } = await bench.enter('asha');
    const [one, two] = await Promise.all([renew(refreshToken), renew(refreshToken)]);
    expect(one.refreshToken.reveal()).not.toBe(two.refreshToken.reveal());
    bench.clock.advance(600_000);
    expect((await renew(two.refreshToken)).session.sessionId).toBe(session.sessionId);
  });

  it('ends the session of a token that is used twice, at once, and records it', async () => {
    const { userId } = await bench.add('asha');
    const { refreshToken, session } = await bench.enter('asha');
    const { refreshToken: next } = await renew(refreshToken);
    bench.clock.advance(60_000);
    expect(await kindOf(renew(refreshToken))).toBe('auth_error');
    expect(bench.told).toContainEqual({ of: 'session', sessionId: session.sessionId });
    expect(await bench.authenticate.sessionUser(session.sessionId)).toBeNull();
    expect(await kindOf(renew(next))).toBe('auth_error');
    expect(await bench.log(1)).toMatchObject([
      { action: 'session.refresh', outcome: 'refused', subject: session.sessionId, actor: { userId } },
    ]);
  });

  it('is over for a user who was put to sleep, one unknown, and an expired session', async () => {
    const { userId } = await bench.add('asha');
    const { refreshToken } = await bench.enter('asha');
    const late = await bench.enter('asha');
    await bench.store.changeUser(userId, { active: false });
    expect(await kindOf(renew(refreshToken))).toBe('auth_error');
    await bench.store.changeUser(userId, { active: true });
    expect(await kindOf(renew(refreshToken))).toBe('auth_error');
    expect(await kindOf(renew(new Secret('x')))).toBe('auth_error');
    bench.clock.advance(SESSION_LIFETIME_MS);
    expect(await kindOf(renew(late.refreshToken))).toBe('auth_error');
  });
});

describe('sessions of one’s own', () => {
  it('end at sign-out: caches are told, and it is recorded once', async () => {
    await bench.add('asha');
    const { asker, session } = await bench.asker('asha');
    const signOut = new SignOut(bench.store, bench.audit, bench.changes);
    expect(await signOut.run(session.session.sessionId, asker.actor)).toBe(true);
    expect(bench.told.at(-1)).toEqual({ of: 'session', sessionId: session.session.sessionId });
    expect(await bench.authenticate.sessionUser(session.session.sessionId)).toBeNull();
    expect(await signOut.run(session.session.sessionId, asker.actor)).toBe(false);
    const log = await bench.log(2);
    expect(log.map(({ action }) => action)).toEqual(['session.sign_out', 'session.sign_in']);
  });

  it('are listed and ended, but not those of others', async () => {
    await bench.add('asha');
    await bench.add('bela');
    const { asker, session } = await bench.asker('asha');
    const [second, third] = [await bench.enter('asha'), await bench.enter('asha')];
    const foreign = await bench.enter('bela');
    const own = new OwnSessions(bench.store, bench.audit, bench.clock, bench.changes);
    expect(await own.list(asker.actor)).toHaveLength(3);
    await own.end(second.session.sessionId, asker.actor);
    expect(await kindOf(own.end(second.session.sessionId, asker.actor))).toBe('not_found');
    expect(await kindOf(own.end(foreign.session.sessionId, asker.actor))).toBe('not_found');
    expect(await own.endOthers(session.session.sessionId, asker.actor)).toBe(1);
    expect(await bench.authenticate.sessionUser(third.session.sessionId)).toBeNull();
    expect(await bench.authenticate.sessionUser(foreign.session.sessionId)).not.toBeNull();
    expect(await own.list(asker.actor)).toHaveLength(1);
    const token = { ...asker.actor, tokenId: 'x' };
    expect(await kindOf(own.list(token))).toBe('permission_error');
  });
});

describe('ChangeOwnPassword', () => {
  it('asks for the old one, ends other sessions, and leaves the log without either', async () => {
    await bench.add('asha');
    const { asker, session } = await bench.asker('asha');
    const other = await bench.enter('asha');
    const sessionId = session.session.sessionId;
    const useCase = new ChangeOwnPassword(bench.store, bench.hasher, bench.audit, bench.clock, bench.changes);
    const change = (oldPassword: string, newPassword: string) =>
      useCase.run(
        { oldPassword: new Secret(oldPassword), newPassword: new Secret(newPassword), sessionId },
        asker.actor,
      );
    const next = 'other good words';
    expect(await errorOf(change('wrong', next))).toMatchObject({
      kind: 'validation_error',
      context: { parameter: 'old_password' },
    });
    for (const poor of ['short', 'password123', PASSWORD, 'x'.repeat(257)]) {
      expect(await errorOf(change(PASSWORD, poor))).toMatchObject({ context: { parameter: 'password' } });
    }
    expect(await change(PASSWORD, next)).toBe(1);
    expect(await bench.authenticate.sessionUser(sessionId)).toMatchObject({
      user: { mustChangePassword: false },
    });
    expect(await bench.authenticate.sessionUser(other.session.sessionId)).toBeNull();
    expect(await kindOf(bench.enter('asha'))).toBe('auth_error');
    await bench.enter('asha', next);
    const log = JSON.stringify(await bench.log(50));
    expect(log).toContain('user.change_password');
    expect(log).not.toMatch(/good words|password123/);
    for (let i = 0; i < 5; i += 1) await kindOf(change('guess', 'yet other words'));
    expect(await kindOf(change('guess', 'yet other words'))).toBe('rate_limited');
  });
});
