import type {
  ApiToken,
  NewSession,
  NewUser,
  Permission,
  RenewOutcome,
  Role,
  Session,
  SignInFailures,
  User,
  UserChange,
  UserCredentials,
} from '@satchel/domain';
import { IdentityStore } from '@satchel/domain';
import { once, type Make } from './on-demand.js';

/** Users, roles, sessions and tokens, whose adapter is made at the first call. */
export class OnDemandIdentityStore extends IdentityStore {
  readonly #adapter: Make<IdentityStore>;

  constructor(make: Make<IdentityStore>) {
    super();
    this.#adapter = once(make);
  }

  async countUsers(): Promise<number> {
    return (await this.#adapter()).countUsers();
  }

  async addUser(user: NewUser): Promise<User> {
    return (await this.#adapter()).addUser(user);
  }

  async changeUser(userId: string, change: UserChange): Promise<User> {
    return (await this.#adapter()).changeUser(userId, change);
  }

  async user(userId: string): Promise<User | null> {
    return (await this.#adapter()).user(userId);
  }

  async credentials(username: string): Promise<UserCredentials | null> {
    return (await this.#adapter()).credentials(username);
  }

  async findUsers(filter: {
    readonly search?: string;
    readonly limit?: number;
    readonly offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly User[] }> {
    return (await this.#adapter()).findUsers(filter);
  }

  async noteSignIn(userId: string, at: Date): Promise<void> {
    return (await this.#adapter()).noteSignIn(userId, at);
  }

  async roles(): Promise<readonly Role[]> {
    return (await this.#adapter()).roles();
  }

  async addRole(role: Role): Promise<void> {
    return (await this.#adapter()).addRole(role);
  }

  async changeRole(
    name: string,
    change: { title?: string; permissions?: readonly Permission[] },
  ): Promise<Role> {
    return (await this.#adapter()).changeRole(name, change);
  }

  async removeRole(name: string): Promise<void> {
    return (await this.#adapter()).removeRole(name);
  }

  async addSession(session: NewSession): Promise<void> {
    return (await this.#adapter()).addSession(session);
  }

  async renewSession(refreshHash: string, nextHash: string, now: Date): Promise<RenewOutcome> {
    return (await this.#adapter()).renewSession(refreshHash, nextHash, now);
  }

  async sessionUser(sessionId: string, now: Date): Promise<User | null> {
    return (await this.#adapter()).sessionUser(sessionId, now);
  }

  async sessions(userId: string, now: Date): Promise<readonly Session[]> {
    return (await this.#adapter()).sessions(userId, now);
  }

  async endSession(sessionId: string): Promise<boolean> {
    return (await this.#adapter()).endSession(sessionId);
  }

  async endSessions(userId: string): Promise<number> {
    return (await this.#adapter()).endSessions(userId);
  }

  async addToken(token: ApiToken, tokenHash: string): Promise<void> {
    return (await this.#adapter()).addToken(token, tokenHash);
  }

  async tokenUser(tokenHash: string, now: Date): Promise<{ token: ApiToken; user: User } | null> {
    return (await this.#adapter()).tokenUser(tokenHash, now);
  }

  async tokens(userId: string): Promise<readonly ApiToken[]> {
    return (await this.#adapter()).tokens(userId);
  }

  async removeToken(userId: string, tokenId: string): Promise<boolean> {
    return (await this.#adapter()).removeToken(userId, tokenId);
  }

  async signInFailures(subject: string): Promise<SignInFailures | null> {
    return (await this.#adapter()).signInFailures(subject);
  }

  async noteSignInFailure(subject: string, at: Date): Promise<SignInFailures> {
    return (await this.#adapter()).noteSignInFailure(subject, at);
  }

  async clearSignInFailures(subject: string): Promise<void> {
    return (await this.#adapter()).clearSignInFailures(subject);
  }

  async sweep(now: Date): Promise<void> {
    return (await this.#adapter()).sweep(now);
  }
}
