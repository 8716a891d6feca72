import { CatalogDatabase, TypeormAuditLog, TypeormIdentityStore } from '@satchel/catalog';
import type { AuditEvent, Permission, User } from '@satchel/domain';
import { Secret } from '@satchel/domain';
import { createTestDatabase, FixedClock, newestTestServer } from '@satchel/testing';
import { MemoryKeyRing } from '@satchel/testing/conformance';
import { AccessChanges, type AccessChange } from '../identity/access-changes.js';
import { shellAsker, type Asker } from '../identity/asker.js';
import { AuthenticateRequest, askerOf } from '../identity/authenticate-request.js';
import { EditUsers } from '../identity/edit-users.js';
import { SignIn, type OpenedSession } from '../identity/sign-in.js';
import { QuickPasswordHasher } from './quick-password-hasher.js';

export const PASSWORD = 'a few good words';
export const ADDRESS = '192.0.2.7';

/** The real store and log on a database of their own, with what the use cases need beside them. */
export async function openIdentityBench() {
  const database = await createTestDatabase(newestTestServer());
  const catalog = new CatalogDatabase(database.url, { poolSize: 8 });
  const store = new TypeormIdentityStore(catalog);
  const audit = new TypeormAuditLog(catalog, new MemoryKeyRing());
  const hasher = new QuickPasswordHasher();
  const clock = new FixedClock(new Date());
  const changes = new AccessChanges();
  const told: AccessChange[] = [];
  changes.listen(change => told.push(change));
  const users = new EditUsers(store, hasher, audit, changes);
  const signIn = new SignIn(store, hasher, audit, clock);
  const authenticate = new AuthenticateRequest(store, clock);
  return {
    database,
    store,
    audit,
    hasher,
    clock,
    changes,
    /** What caches were told, oldest first. */
    told,
    users,
    signIn,
    authenticate,
    /** Adds a user with `PASSWORD`. */
    add: async (
      username: string,
      power: { roles?: readonly string[]; grants?: readonly Permission[] } = {},
    ): Promise<User> => {
      const command = { username, fullName: '', roles: power.roles ?? [], grants: power.grants ?? [] };
      const { user } = await users.create({ ...command, password: new Secret(PASSWORD) }, shellAsker('root'));
      return user;
    },
    enter: (
      username: string,
      password = PASSWORD,
      address: string | null = ADDRESS,
    ): Promise<OpenedSession> =>
      signIn.run({ username, password: new Secret(password), address, userAgent: 'Browser/1' }),
    /** Who asks, signed in just now. */
    asker: async (username: string): Promise<{ asker: Asker; session: OpenedSession }> => {
      const session = await signIn.run({
        username,
        password: new Secret(PASSWORD),
        address: ADDRESS,
        userAgent: null,
      });
      const found = await authenticate.sessionUser(session.session.sessionId);
      if (!found) throw new Error('not signed in');
      return { asker: askerOf(found, ADDRESS), session };
    },
    /** The newest entries of the log, newest first. */
    log: async (limit: number): Promise<readonly AuditEvent[]> => (await audit.find({ limit })).items,
    close: async (): Promise<void> => {
      await catalog.close();
      await database.drop();
    },
  };
}

export type IdentityBench = Awaited<ReturnType<typeof openIdentityBench>>;
