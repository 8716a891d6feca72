import { BackupError, PERMISSIONS, Secret } from '@satchel/domain';
import { kindOf } from '@satchel/testing/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADDRESS, openIdentityBench, PASSWORD, type IdentityBench } from '../testing/identity-bench.js';
import { shellAsker } from './asker.js';
import { askerOf } from './authenticate-request.js';
import { EditRoles } from './edit-roles.js';
import { EnsureFirstAdministrator } from './ensure-first-administrator.js';
import { OwnTokens } from './own-tokens.js';

let bench: IdentityBench;

beforeEach(async () => {
  bench = await openIdentityBench();
});
afterEach(() => bench.close());

const newUser = (given: object = {}) => ({
  username: `user${Math.random().toString(36).slice(2)}`,
  fullName: '',
  roles: [],
  grants: [],
  password: null,
  ...given,
});

describe('EditUsers', () => {
  it('makes a password that is told once, and has to be changed', async () => {
    const { user, password } = await bench.users.create(newUser({ roles: ['operator'] }), shellAsker('root'));
    expect(user.mustChangePassword).toBe(true);
    await bench.enter(user.username, password?.reveal());
    const log = JSON.stringify(await bench.log(10));
    expect(log).toContain('user.create');
    expect(log).not.toContain(password?.reveal());
  });

  it('lets nobody but an administrator give, or decide over, what they do not have', async () => {
    await bench.add('root', { roles: ['administrator'] });
    const clerk = await bench.add('clerk', { roles: ['operator'], grants: ['backup.change_user'] });
    const strong = await bench.add('strong', { roles: ['restorer'] });
    const asleep = await bench.add('asleep', { roles: ['restorer'] });
    await bench.users.change(asleep.userId, { active: false }, shellAsker('root'));
    const weak = await bench.add('weak');
    const { asker } = await bench.asker('clerk');
    const root = (await bench.store.credentials('root'))?.user.userId ?? '';
    const allowed = [
      () => bench.users.create(newUser({ roles: ['operator'] }), asker),
      () => bench.users.change(weak.userId, { grants: ['backup.change_user'] }, asker),
      () => bench.users.resetPassword(weak.userId, null, asker),
      () => bench.users.change(weak.userId, { active: false }, asker),
    ];
    for (const act of allowed) expect(await kindOf(act())).toBe('no error');
    const refused = [
      () => bench.users.create(newUser({ roles: ['administrator'] }), asker),
      () => bench.users.create(newUser({ grants: ['backup.delete_backupjob'] }), asker),
      () => bench.users.change(clerk.userId, { roles: ['administrator'] }, asker),
      () => bench.users.change(clerk.userId, { grants: PERMISSIONS }, asker),
      () => bench.users.change(weak.userId, { roles: ['restorer'] }, asker),
      () => bench.users.change(strong.userId, { roles: [] }, asker),
      () => bench.users.change(root, { active: false }, asker),
      () => bench.users.resetPassword(strong.userId, null, asker),
      () => bench.users.resetPassword(asleep.userId, null, asker),
      () => bench.users.change(asleep.userId, { active: true }, asker),
      () => bench.users.resetPassword(root, new Secret(PASSWORD), asker),
      () => bench.users.endSessions(root, asker),
    ];
    for (const act of refused) expect(await kindOf(act())).toBe('permission_error');
    expect((await bench.log(refused.length)).map(({ outcome }) => outcome)).toEqual(
      refused.map(() => 'refused'),
    );
    const { asker: weaker } = await (async () => {
      await bench.add('nobody');
      return bench.asker('nobody');
    })();
    expect(await kindOf(bench.users.list({}, weaker))).toBe('permission_error');
    expect(await kindOf(bench.users.create(newUser(), weaker))).toBe('permission_error');
  });

  it('keeps those who have every permission and are no administrators off administrators', async () => {
    const admin = await bench.add('root', { roles: ['administrator'] });
    await bench.add('almost', { grants: PERMISSIONS });
    const { asker } = await bench.asker('almost');
    expect(await kindOf(bench.users.resetPassword(admin.userId, null, asker))).toBe('permission_error');
    expect(await kindOf(bench.users.create(newUser({ roles: ['administrator'] }), asker))).toBe(
      'permission_error',
    );
  });

  it('takes effect at once, and caches are told', async () => {
    const { userId } = await bench.add('asha', { roles: ['operator'] });
    const { session } = await bench.enter('asha');
    await bench.users.change(userId, { roles: ['auditor'] }, shellAsker('root'));
    expect(bench.told.at(-1)).toEqual({ of: 'user', userId });
    expect((await bench.authenticate.sessionUser(session.sessionId))?.user.roles).toEqual(['auditor']);
    await bench.users.change(userId, { active: false }, shellAsker('root'));
    await bench.users.change(userId, { active: true }, shellAsker('root'));
    expect(await bench.authenticate.sessionUser(session.sessionId)).toBeNull();
  });

  it('resets a password: sessions end, a lock-out too, and not one’s own that way', async () => {
    const { userId } = await bench.add('asha', { roles: ['administrator'] });
    const { asker, session } = await bench.asker('asha');
    expect(await kindOf(bench.users.resetPassword(userId, null, asker))).toBe('validation_error');
    for (let i = 0; i < 6; i += 1) await kindOf(bench.enter('asha', 'wrong', null));
    const password = await bench.users.resetPassword(userId, null, shellAsker('root'));
    expect(await bench.authenticate.sessionUser(session.session.sessionId)).toBeNull();
    expect(await kindOf(bench.enter('asha', PASSWORD, null))).toBe('auth_error');
    expect((await bench.enter('asha', password?.reveal(), null)).user.mustChangePassword).toBe(true);
  });

  it('records nothing that a caller’s object holds beside what it may', async () => {
    const { userId } = await bench.add('asha');
    const sloppy = { fullName: 'New', password: 'hunter2hunter2' };
    await bench.users.change(userId, sloppy, shellAsker('root'));
    expect((await bench.log(1))[0]?.details).toEqual({ fullName: 'New', username: 'asha' });
  });
});

describe('EditRoles', () => {
  it('lets nobody put into a role, or take out of it, what they do not have', async () => {
    await bench.add('clerk', { roles: ['operator'], grants: ['backup.change_user'] });
    const { asker } = await bench.asker('clerk');
    const roles = new EditRoles(bench.store, bench.audit, bench.changes);
    const role = { name: 'helper', title: 'Helps', permissions: ['backup.view_backupjob'] as const };
    await roles.create(role, asker);
    await roles.change('helper', { permissions: ['backup.add_backupjob'] }, asker);
    expect(bench.told.at(-1)).toEqual({ of: 'everybody' });
    for (const act of [
      () => roles.create({ ...role, name: 'x', permissions: ['backup.delete_backupjob'] }, asker),
      () => roles.change('helper', { permissions: ['backup.add_restorejob'] }, asker),
      () => roles.change('auditor', { permissions: ['backup.view_backupjob'] }, asker),
      () => roles.remove('restorer', asker),
    ]) {
      expect(await kindOf(act())).toBe('permission_error');
    }
    await roles.remove('helper', asker);
    const shell = shellAsker('root');
    expect(await kindOf(roles.change('administrator', { title: 'x' }, shell))).toBe('conflict');
    expect(await kindOf(roles.change('king', {}, shell))).toBe('not_found');
    expect(await kindOf(roles.create({ ...role, name: 'A b' }, shell))).toBe('validation_error');
    expect(await kindOf(roles.create({ ...role, title: ' ' }, shell))).toBe('validation_error');
  });
});

describe('OwnTokens', () => {
  it('are never worth more than their owner is at that moment', async () => {
    const { userId } = await bench.add('asha', { roles: ['restorer'] });
    const { asker } = await bench.asker('asha');
    const tokens = new OwnTokens(bench.store, bench.audit, bench.clock, bench.changes);
    const expiresAt = new Date(bench.clock.now().getTime() + 86_400_000);
    const wanted = {
      name: 'nightly',
      permissions: ['backup.add_backupjob', 'backup.add_restorejob'] as const,
      expiresAt,
    };
    const { token, text } = await tokens.create(wanted, asker);
    expect(text.reveal()).toMatch(/^satchel_pat_[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(await bench.log(5))).not.toContain(text.reveal());
    const found = await bench.authenticate.tokenUser(text.reveal());
    expect(found?.permissions).toEqual(['backup.add_backupjob', 'backup.add_restorejob']);
    await bench.store.changeUser(userId, { roles: ['operator'] });
    const less = await bench.authenticate.tokenUser(text.reveal());
    expect(less?.permissions).toEqual(['backup.add_backupjob']);
    const byToken = less && askerOf(less, ADDRESS);
    expect(byToken).toMatchObject({ administrator: false, actor: { tokenId: token.tokenId, userId } });
    expect(byToken && (await kindOf(tokens.create(wanted, byToken)))).toBe('permission_error');
    expect(await bench.authenticate.tokenUser(`${text.reveal()}x`)).toBeNull();
    expect(await bench.authenticate.tokenUser('satchel_pat_')).toBeNull();
    await tokens.revoke(token.tokenId, asker);
    expect(bench.told.at(-1)).toEqual({ of: 'token', tokenId: token.tokenId });
    expect(await bench.authenticate.tokenUser(text.reveal())).toBeNull();
    expect(await kindOf(tokens.revoke(token.tokenId, asker))).toBe('not_found');
  });

  it('have a name, permissions of their owner, and an end within a year', async () => {
    await bench.add('asha', { roles: ['operator'] });
    const { asker } = await bench.asker('asha');
    const tokens = new OwnTokens(bench.store, bench.audit, bench.clock, bench.changes);
    const inDays = (days: number): Date => new Date(bench.clock.now().getTime() + days * 86_400_000);
    const good = { name: 'x', permissions: ['backup.add_backupjob'] as const, expiresAt: inDays(365) };
    expect(await kindOf(tokens.create(good, asker))).toBe('no error');
    for (const [bad, kind] of [
      [{ ...good, name: ' ' }, 'validation_error'],
      [{ ...good, permissions: [] }, 'validation_error'],
      [{ ...good, permissions: ['backup.delete_backupjob'] as const }, 'permission_error'],
      [{ ...good, expiresAt: inDays(367) }, 'validation_error'],
      [{ ...good, expiresAt: inDays(0) }, 'validation_error'],
      [{ ...good, expiresAt: new Date(Number.NaN) }, 'validation_error'],
    ] as const) {
      expect(await kindOf(tokens.create(bad, asker))).toBe(kind);
    }
    expect(await tokens.list(asker)).toHaveLength(1);
  });
});

describe('EnsureFirstAdministrator', () => {
  const ensure = (username: string | null = null, password: string | null = null) =>
    new EnsureFirstAdministrator(bench.store, bench.hasher, bench.audit).run({
      username,
      password: password === null ? null : new Secret(password),
    });

  it('makes one, with a password that is told once, however many processes start at once', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => ensure()));
    const [first, ...others] = made.filter(each => each !== null);
    expect(others).toEqual([]);
    expect(first?.user).toMatchObject({
      username: 'admin',
      roles: ['administrator'],
      mustChangePassword: true,
    });
    await bench.enter('admin', first?.password?.reveal());
    expect(await bench.store.countUsers()).toBe(1);
    expect(await ensure('other', 'another good one')).toBeNull();
  });

  it('takes name and password that are given, and tells neither', async () => {
    const made = await ensure('Head', 'words of the head');
    expect(made).toMatchObject({ password: null, user: { username: 'Head', mustChangePassword: false } });
    await bench.enter('head', 'words of the head');
    expect(JSON.stringify(await bench.log(5))).not.toContain('words of');
  });

  it('refuses a poor password, and a name that somebody else has', async () => {
    expect(await kindOf(ensure('head', 'short'))).toBe('validation_error');
    await bench.add('admin');
    const thrown = await ensure().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(BackupError);
    expect(thrown).toMatchObject({ kind: 'conflict' });
    expect(await ensure('head')).not.toBeNull();
  });
});
