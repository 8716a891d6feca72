import { randomBytes, randomUUID } from 'node:crypto';
import {
  ADMINISTRATOR_ROLE,
  FIRST_ROLES,
  PERMISSIONS,
  RENEWAL_GRACE_MS,
  Secret,
  type ApiToken,
  type IdentityStore,
  type NewUser,
  type Session,
} from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kindOf } from './kind-of.js';

/** One store of a test, with the first roles and no users. */
export interface IdentityStoreSubject {
  readonly store: IdentityStore;
  /** The same store once more, as another process has it. */
  another(): Promise<IdentityStore>;
  /** Removes a user with all that is theirs, past the port. */
  removeUser(userId: string): Promise<void>;
  dispose(): Promise<void>;
}

const NOW = new Date('2026-03-01T08:00:00Z');
const after = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);

export function newUser(given: Partial<NewUser> = {}): NewUser {
  return {
    userId: randomUUID(),
    username: `user_${randomBytes(4).toString('hex')}`,
    fullName: 'Asha Verma',
    passwordHash: new Secret('$argon2id$hash'),
    mustChangePassword: false,
    roles: [],
    grants: [],
    ...given,
  };
}

function newSession(userId: string, given: Partial<Session> = {}): Session {
  return {
    sessionId: randomUUID(),
    userId,
    createdAt: NOW,
    lastUsedAt: NOW,
    expiresAt: after(3_600_000),
    address: '192.0.2.7',
    userAgent: 'Browser/1',
    ...given,
  };
}

const newHash = (): string => `sha256:${randomBytes(32).toString('hex')}`;

/**
 * What every `IdentityStore` must do; an adapter's spec calls it with a way to make one.
 *
 * @param open makes a store of its own for each test
 */
export function describeIdentityStore(name: string, open: () => Promise<IdentityStoreSubject>): void {
  describe(`${name} keeps the contract of IdentityStore`, () => {
    let subject: IdentityStoreSubject;
    let store: IdentityStore;

    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.dispose());

    describe('users', () => {
      it('are kept as they were given, with what their roles add up to', async () => {
        const given = newUser({
          username: 'Asha.Verma',
          fullName: 'आशा "V" 😀',
          mustChangePassword: true,
          roles: ['operator', 'auditor'],
          grants: ['backup.delete_backupjob'],
        });
        const user = await store.addUser(given);
        expect(user).toEqual({
          userId: given.userId,
          username: 'Asha.Verma',
          fullName: 'आशा "V" 😀',
          active: true,
          roles: ['auditor', 'operator'],
          grants: ['backup.delete_backupjob'],
          permissions: [
            'backup.view_backupjob',
            'backup.add_backupjob',
            'backup.delete_backupjob',
            'backup.view_auditevent',
          ],
          mustChangePassword: true,
          createdAt: expect.any(Date) as unknown,
          lastSignInAt: null,
        });
        expect(await store.user(given.userId)).toEqual(user);
        const credentials = await store.credentials('ASHA.verma');
        expect(credentials?.user).toEqual(user);
        expect(credentials?.passwordHash.reveal()).toBe('$argon2id$hash');
        expect(await store.countUsers()).toBe(1);
      });

      it('have names of their own, in any case', async () => {
        await store.addUser(newUser({ username: 'Ünal' }));
        expect(await kindOf(store.addUser(newUser({ username: 'ÜNAL' })))).toBe('conflict');
        expect(await kindOf(store.addUser(newUser({ username: ' ünal ' })))).toBe('conflict');
        expect(await store.countUsers()).toBe(1);
      });

      it('of one name are added once however many ask at once', async () => {
        const other = await subject.another();
        const asked = Array.from({ length: 8 }, (_, i) =>
          kindOf((i % 2 ? store : other).addUser(newUser({ username: 'admin' }))),
        );
        const kinds = await Promise.all(asked);
        expect(kinds.filter(kind => kind === 'no error')).toHaveLength(1);
        expect(kinds.filter(kind => kind === 'conflict')).toHaveLength(7);
      });

      it('cannot have a role that there is none of, and are then not added', async () => {
        expect(await kindOf(store.addUser(newUser({ roles: ['operator', 'king'] })))).toBe(
          'validation_error',
        );
        expect(await store.countUsers()).toBe(0);
      });

      it('change by what is given alone', async () => {
        const { userId } = await store.addUser(newUser({ roles: ['operator'], mustChangePassword: true }));
        const before = await store.user(userId);
        expect(await store.changeUser(userId, {})).toEqual(before);
        expect(await store.changeUser(userId, { fullName: 'New' })).toEqual({ ...before, fullName: 'New' });
        const changed = await store.changeUser(userId, {
          roles: ['auditor'],
          grants: ['backup.change_user'],
          passwordHash: new Secret('other'),
          mustChangePassword: false,
        });
        expect(changed).toMatchObject({
          fullName: 'New',
          roles: ['auditor'],
          permissions: ['backup.view_backupjob', 'backup.view_auditevent', 'backup.change_user'],
          mustChangePassword: false,
        });
        expect((await store.credentials(changed.username))?.passwordHash.reveal()).toBe('other');
        expect(await store.changeUser(userId, { roles: [], grants: [] })).toMatchObject({ permissions: [] });
        expect(await kindOf(store.changeUser(userId, { fullName: 'x', roles: ['king'] }))).toBe(
          'validation_error',
        );
        expect((await store.user(userId))?.fullName).toBe('New');
      });

      it('that there are none of are not_found, or null', async () => {
        for (const id of [randomUUID(), 'no id', '']) {
          expect(await store.user(id)).toBeNull();
          expect(await kindOf(store.changeUser(id, { active: false }))).toBe('not_found');
          expect(await store.sessions(id, NOW)).toEqual([]);
          expect(await store.tokens(id)).toEqual([]);
          expect(await store.endSessions(id)).toBe(0);
          expect(await store.sessionUser(id, NOW)).toBeNull();
          expect(await store.endSession(id)).toBe(false);
          expect(await store.removeToken(id, id)).toBe(false);
        }
        expect(await store.credentials('nobody')).toBeNull();
        expect(await store.credentials('\0\ud800')).toBeNull();
      });

      it('are found by a part of a name, by page, in the order of their names', async () => {
        for (const username of ['delta', 'Alpha', 'beta_1', 'betaX1', 'Ünal']) {
          await store.addUser(newUser({ username, fullName: username === 'delta' ? 'Anna Betancourt' : '' }));
        }
        const namesOf = async (filter: { search?: string; limit?: number; offset?: number }) => {
          const { total, items } = await store.findUsers(filter);
          return [total, ...items.map(({ username }) => username)];
        };
        expect(await namesOf({})).toEqual([5, 'Alpha', 'beta_1', 'betaX1', 'delta', 'Ünal']);
        expect(await namesOf({ limit: 2, offset: 1 })).toEqual([5, 'beta_1', 'betaX1']);
        expect(await namesOf({ offset: 9 })).toEqual([5]);
        expect(await namesOf({ search: 'BETA' })).toEqual([3, 'beta_1', 'betaX1', 'delta']);
        expect(await namesOf({ search: 'beta_' })).toEqual([1, 'beta_1']);
        expect(await namesOf({ search: 'ünAL' })).toEqual([1, 'Ünal']);
        expect(await namesOf({ search: '%' })).toEqual([0]);
        expect(await kindOf(store.findUsers({ limit: 0 }))).toBe('validation_error');
      });

      it('keep when they last signed in', async () => {
        const { userId } = await store.addUser(newUser());
        await store.noteSignIn(userId, after(5));
        await store.noteSignIn(userId, NOW);
        expect((await store.user(userId))?.lastSignInAt).toEqual(after(5));
      });
    });

    describe('the last active administrator', () => {
      const admin = () => store.addUser(newUser({ roles: [ADMINISTRATOR_ROLE] }));

      it('has every permission', async () => {
        expect((await admin()).permissions).toEqual(PERMISSIONS);
      });

      it('cannot be put to sleep or lose the role, and nothing else of the change is done', async () => {
        const { userId } = await admin();
        const asleep = await admin();
        await store.changeUser(asleep.userId, { active: false });
        for (const change of [{ active: false }, { roles: ['operator'] }, { roles: [] }]) {
          expect(await kindOf(store.changeUser(userId, { fullName: 'x', ...change }))).toBe('conflict');
        }
        expect(await store.user(userId)).toMatchObject({
          active: true,
          roles: [ADMINISTRATOR_ROLE],
          fullName: 'Asha Verma',
        });
        await store.changeUser(asleep.userId, { active: true });
        expect(await kindOf(store.changeUser(userId, { active: false }))).toBe('no error');
        expect(await store.user(userId)).toMatchObject({ active: false, permissions: [] });
      });

      it('stays however many administrators give up at the same moment', async () => {
        const other = await subject.another();
        const ids = [(await admin()).userId, (await admin()).userId];
        const [first = '', second = ''] = ids;
        // Several rounds on connections that are open: only then do they meet.
        for (let round = 0; round < 8; round += 1) {
          await Promise.all([store, store, other, other].map(each => each.countUsers()));
          const kinds = await Promise.all([
            kindOf(store.changeUser(first, { active: false })),
            kindOf(other.changeUser(second, round % 2 ? { active: false } : { roles: [] })),
          ]);
          expect(kinds.sort()).toEqual(['conflict', 'no error']);
          for (const id of ids) await store.changeUser(id, { active: true, roles: [ADMINISTRATOR_ROLE] });
        }
      });

      it('need not be there where there never was one', async () => {
        const { userId } = await store.addUser(newUser({ roles: ['operator'] }));
        expect(await kindOf(store.changeUser(userId, { active: false, roles: [] }))).toBe('no error');
      });
    });

    describe('roles', () => {
      it('are the first ones at first', async () => {
        const byName = [...FIRST_ROLES].sort((a, b) => (a.name < b.name ? -1 : 1));
        expect(await store.roles()).toEqual(byName);
      });

      it('can be added, edited and removed; who has one has what it has now', async () => {
        const role = { name: 'clerk', title: 'Clerk', permissions: [], fixed: false };
        await store.addRole(role);
        expect(await kindOf(store.addRole(role))).toBe('conflict');
        const { userId } = await store.addUser(newUser({ roles: ['clerk'] }));
        expect(await store.changeRole('clerk', { permissions: ['backup.add_backupjob'] })).toEqual({
          ...role,
          permissions: ['backup.add_backupjob'],
        });
        expect((await store.user(userId))?.permissions).toEqual(['backup.add_backupjob']);
        expect(await store.changeRole('clerk', { title: 'Office' })).toMatchObject({
          title: 'Office',
          permissions: ['backup.add_backupjob'],
        });
        expect(await kindOf(store.removeRole('clerk'))).toBe('conflict');
        await store.changeUser(userId, { roles: [] });
        await store.removeRole('clerk');
        expect((await store.roles()).map(({ name }) => name)).not.toContain('clerk');
      });

      it('that are fixed or not there cannot be edited or removed', async () => {
        expect(await kindOf(store.changeRole(ADMINISTRATOR_ROLE, { permissions: [] }))).toBe('conflict');
        expect(await kindOf(store.removeRole(ADMINISTRATOR_ROLE))).toBe('conflict');
        expect(await kindOf(store.changeRole('king', { title: 'x' }))).toBe('not_found');
        expect(await kindOf(store.removeRole('king'))).toBe('not_found');
      });
    });

    describe('a session', () => {
      let userId: string;
      let session: Session;
      let first: string;

      beforeEach(async () => {
        ({ userId } = await store.addUser(newUser({ roles: ['operator'] })));
        session = newSession(userId);
        first = newHash();
        await store.addSession({ session, refreshHash: first });
      });

      const outcomeOf = async (hash: string, next = newHash(), now = after(1000)) =>
        (await store.renewSession(hash, next, now)).outcome;

      it('belongs to its user until it ends or expires, or the user is put to sleep', async () => {
        expect((await store.sessionUser(session.sessionId, NOW))?.userId).toBe(userId);
        expect(await store.sessions(userId, NOW)).toEqual([session]);
        expect(await store.sessionUser(session.sessionId, session.expiresAt)).toBeNull();
        expect(await store.sessions(userId, session.expiresAt)).toEqual([]);
        await store.changeUser(userId, { active: false });
        expect(await store.sessionUser(session.sessionId, NOW)).toBeNull();
        await store.changeUser(userId, { active: true });
        expect(await store.endSession(session.sessionId)).toBe(true);
        expect(await store.endSession(session.sessionId)).toBe(false);
        expect(await store.sessionUser(session.sessionId, NOW)).toBeNull();
        expect(await outcomeOf(first)).toBe('unknown');
        expect(
          await kindOf(store.addSession({ session: newSession(randomUUID()), refreshHash: newHash() })),
        ).toBe('not_found');
      });

      it('shows at once what its user may do', async () => {
        await store.changeUser(userId, { roles: ['auditor'] });
        expect((await store.sessionUser(session.sessionId, NOW))?.roles).toEqual(['auditor']);
      });

      it('goes on from token to token', async () => {
        const [second, third] = [newHash(), newHash()];
        const renewed = await store.renewSession(first, second, after(60_000));
        expect(renewed).toEqual({ outcome: 'renewed', session: { ...session, lastUsedAt: after(60_000) } });
        expect(await outcomeOf(second, third, after(120_000))).toBe('renewed');
        expect(await outcomeOf(third, newHash(), after(180_000))).toBe('renewed');
        expect(await outcomeOf(newHash())).toBe('unknown');
        expect(await outcomeOf('x')).toBe('unknown');
      });

      it('cannot be renewed once it has expired', async () => {
        expect(await outcomeOf(first, newHash(), session.expiresAt)).toBe('unknown');
      });

      it('ends when a token is used a second time', async () => {
        const second = newHash();
        await outcomeOf(first, second, NOW);
        const reused = await store.renewSession(first, newHash(), after(RENEWAL_GRACE_MS + 1));
        expect(reused).toMatchObject({
          outcome: 'reused',
          session: { sessionId: session.sessionId, userId },
        });
        expect(await outcomeOf(second)).toBe('unknown');
        expect(await outcomeOf(first)).toBe('unknown');
        expect(await store.sessionUser(session.sessionId, NOW)).toBeNull();
      });

      it('goes on for two tabs that renew it with the same token at the same moment', async () => {
        const other = await subject.another();
        const nexts = [newHash(), newHash(), newHash()];
        const outcomes = await Promise.all(
          nexts.map((next, i) => (i % 2 ? store : other).renewSession(first, next, NOW)),
        );
        expect(outcomes.map(({ outcome }) => outcome)).toEqual(['renewed', 'renewed', 'renewed']);
        // The browser keeps the one that came last, and both tabs go on with it.
        const [kept = '', lost = ''] = nexts;
        expect(await outcomeOf(kept, newHash(), after(600_000))).toBe('renewed');
        expect(await outcomeOf(lost, newHash(), after(600_001))).toBe('reused');
      });

      it('is lent a moment for the very same token alone', async () => {
        const [mine, theirs] = [newHash(), newHash()];
        await outcomeOf(first, mine, NOW);
        expect(await outcomeOf(first, theirs, after(RENEWAL_GRACE_MS))).toBe('renewed');
        const next = newHash();
        expect(await outcomeOf(mine, next, after(60_000))).toBe('renewed');
        // A thief who got a token of their own in that moment is found out with it, however soon.
        expect(await outcomeOf(theirs, newHash(), after(60_001))).toBe('reused');
        expect(await outcomeOf(next, newHash(), after(60_002))).toBe('unknown');
      });

      it('ends for a token from before the last, however soon', async () => {
        const second = newHash();
        await outcomeOf(first, second, NOW);
        await outcomeOf(second, newHash(), after(1));
        expect(await outcomeOf(first, newHash(), after(2))).toBe('reused');
      });

      it('ends with all others of its user', async () => {
        const other = newSession(userId, { lastUsedAt: after(5) });
        await store.addSession({ session: other, refreshHash: newHash() });
        const { userId: somebody } = await store.addUser(newUser());
        const foreign = newSession(somebody);
        await store.addSession({ session: foreign, refreshHash: newHash() });
        expect(await store.sessions(userId, NOW)).toEqual([other, session]);
        expect(await store.endSessions(userId)).toBe(2);
        expect(await store.endSessions(userId)).toBe(0);
        expect(await store.sessions(userId, NOW)).toEqual([]);
        expect(await store.sessions(somebody, NOW)).toEqual([foreign]);
      });

      it('is forgotten once it has ended or expired; others stay', async () => {
        const ended = newSession(userId);
        await store.addSession({ session: ended, refreshHash: newHash() });
        await store.endSession(ended.sessionId);
        await store.sweep(NOW);
        expect(await store.sessions(userId, NOW)).toEqual([session]);
        await store.sweep(session.expiresAt);
        expect(await store.sessions(userId, NOW)).toEqual([]);
        expect(await store.endSessions(userId)).toBe(0);
      });

      it('goes with its user', async () => {
        await store.addToken(newToken(userId), newHash());
        await subject.removeUser(userId);
        expect(await store.countUsers()).toBe(0);
        expect(await outcomeOf(first)).toBe('unknown');
        expect(await store.tokens(userId)).toEqual([]);
      });
    });

    describe('an API token', () => {
      it('is its owner until it expires or is removed, and keeps when it was used', async () => {
        const { userId } = await store.addUser(newUser({ roles: ['operator'] }));
        const [token, hash] = [newToken(userId), newHash()];
        await store.addToken(token, hash);
        expect(await store.tokens(userId)).toEqual([token]);
        expect(await store.tokenUser(newHash(), NOW)).toBeNull();
        const found = await store.tokenUser(hash, after(5));
        expect(found).toMatchObject({ token: { ...token, lastUsedAt: after(5) }, user: { userId } });
        expect((await store.tokens(userId))[0]?.lastUsedAt).toEqual(after(5));
        await store.changeUser(userId, { active: false });
        expect(await store.tokenUser(hash, NOW)).toBeNull();
        await store.changeUser(userId, { active: true });
        expect(await store.tokenUser(hash, token.expiresAt)).toBeNull();
        const { userId: somebody } = await store.addUser(newUser());
        expect(await store.removeToken(somebody, token.tokenId)).toBe(false);
        expect(await store.tokenUser(hash, NOW)).not.toBeNull();
        expect(await store.removeToken(userId, token.tokenId)).toBe(true);
        expect(await store.removeToken(userId, token.tokenId)).toBe(false);
        expect(await store.tokenUser(hash, NOW)).toBeNull();
      });

      it('is forgotten once it has expired', async () => {
        const { userId } = await store.addUser(newUser());
        const token = newToken(userId);
        await store.addToken(token, newHash());
        await store.sweep(NOW);
        expect(await store.tokens(userId)).toEqual([token]);
        await store.sweep(token.expiresAt);
        expect(await store.tokens(userId)).toEqual([]);
      });
    });

    describe('failed sign-ins', () => {
      it('are counted by subject, in a row, however many at once', async () => {
        expect(await store.signInFailures('name:asha')).toBeNull();
        const other = await subject.another();
        const counts = await Promise.all(
          Array.from({ length: 10 }, (_, i) =>
            (i % 2 ? store : other).noteSignInFailure('name:asha', after(i)),
          ),
        );
        expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual([
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
        ]);
        expect(await store.signInFailures('name:asha')).toEqual({ count: 10, lastFailedAt: after(9) });
        expect(await store.signInFailures('address:192.0.2.7')).toBeNull();
        await store.clearSignInFailures('name:asha');
        expect(await store.signInFailures('name:asha')).toBeNull();
      });

      it('are forgotten after a while', async () => {
        await store.noteSignInFailure('name:old', NOW);
        await store.noteSignInFailure('name:new', after(86_400_000));
        await store.sweep(after(86_400_001));
        expect(await store.signInFailures('name:old')).toBeNull();
        expect(await store.signInFailures('name:new')).not.toBeNull();
      });

      it('may be of any text', async () => {
        const subject_ = `name:\0\ud800${'x'.repeat(10_000)}`;
        await store.noteSignInFailure(subject_, NOW);
        expect((await store.signInFailures(subject_))?.count).toBe(1);
      });
    });
  });
}

function newToken(userId: string): ApiToken {
  return {
    tokenId: randomUUID(),
    userId,
    name: 'nightly "script"',
    permissions: ['backup.add_backupjob'],
    createdAt: NOW,
    expiresAt: after(86_400_000),
    lastUsedAt: null,
  };
}
