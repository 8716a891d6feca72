import {
  IdentityStore,
  type ApiToken,
  type NewSession,
  type NewUser,
  type Permission,
  type RenewOutcome,
  type Role,
  type Session,
  type SignInFailures,
  type User,
  type UserChange,
  type UserCredentials,
} from '@satchel/domain';
import type { CatalogDatabase } from '../catalog-database.js';
import { IdentityStatements } from './identity-statements.js';
import { RoleTable } from './role-table.js';
import { SessionTable } from './session-table.js';
import { SignInFailureTable } from './sign-in-failure-table.js';
import { TokenTable } from './token-table.js';
import { UserTable } from './user-table.js';

/** Keeps users, roles, sessions and tokens in schema `satchel`. What is known of each stands in the file of its table. */
export class TypeormIdentityStore extends IdentityStore {
  readonly #users: UserTable;
  readonly #roles: RoleTable;
  readonly #sessions: SessionTable;
  readonly #tokens: TokenTable;
  readonly #failures: SignInFailureTable;

  constructor(database: CatalogDatabase) {
    super();
    const statements = new IdentityStatements(database);
    this.#users = new UserTable(statements);
    this.#roles = new RoleTable(statements);
    this.#sessions = new SessionTable(statements);
    this.#tokens = new TokenTable(statements);
    this.#failures = new SignInFailureTable(statements);
  }

  countUsers(): Promise<number> {
    return this.#users.count();
  }

  addUser(user: NewUser): Promise<User> {
    return this.#users.add(user);
  }

  changeUser(userId: string, change: UserChange): Promise<User> {
    return this.#users.change(userId, change);
  }

  user(userId: string): Promise<User | null> {
    return this.#users.get(userId);
  }

  credentials(username: string): Promise<UserCredentials | null> {
    return this.#users.credentials(username);
  }

  findUsers(filter: {
    readonly search?: string;
    readonly limit?: number;
    readonly offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly User[] }> {
    return this.#users.find(filter);
  }

  noteSignIn(userId: string, at: Date): Promise<void> {
    return this.#users.noteSignIn(userId, at);
  }

  roles(): Promise<readonly Role[]> {
    return this.#roles.all();
  }

  addRole(role: Role): Promise<void> {
    return this.#roles.add(role);
  }

  changeRole(name: string, change: { title?: string; permissions?: readonly Permission[] }): Promise<Role> {
    return this.#roles.change(name, change);
  }

  removeRole(name: string): Promise<void> {
    return this.#roles.remove(name);
  }

  addSession(session: NewSession): Promise<void> {
    return this.#sessions.add(session);
  }

  renewSession(refreshHash: string, nextHash: string, now: Date): Promise<RenewOutcome> {
    return this.#sessions.renew(refreshHash, nextHash, now);
  }

  sessionUser(sessionId: string, now: Date): Promise<User | null> {
    return this.#sessions.userOf(sessionId, now);
  }

  sessions(userId: string, now: Date): Promise<readonly Session[]> {
    return this.#sessions.of(userId, now);
  }

  endSession(sessionId: string): Promise<boolean> {
    return this.#sessions.end(sessionId);
  }

  endSessions(userId: string): Promise<number> {
    return this.#sessions.endAllOf(userId);
  }

  addToken(token: ApiToken, tokenHash: string): Promise<void> {
    return this.#tokens.add(token, tokenHash);
  }

  tokenUser(tokenHash: string, now: Date): Promise<{ token: ApiToken; user: User } | null> {
    return this.#tokens.use(tokenHash, now);
  }

  tokens(userId: string): Promise<readonly ApiToken[]> {
    return this.#tokens.of(userId);
  }

  removeToken(userId: string, tokenId: string): Promise<boolean> {
    return this.#tokens.remove(userId, tokenId);
  }

  signInFailures(subject: string): Promise<SignInFailures | null> {
    return this.#failures.of(subject);
  }

  noteSignInFailure(subject: string, at: Date): Promise<SignInFailures> {
    return this.#failures.note(subject, at);
  }

  clearSignInFailures(subject: string): Promise<void> {
    return this.#failures.clear(subject);
  }

  async sweep(now: Date): Promise<void> {
    await this.#sessions.sweep(now);
    await this.#tokens.sweep(now);
    await this.#failures.sweep(now);
  }
}
