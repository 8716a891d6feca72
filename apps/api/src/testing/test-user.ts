import { randomUUID } from 'node:crypto';
import type { Permission } from '@satchel/domain';
import { IdentityStore, PasswordHasher, Secret } from '@satchel/domain';
import type { TestApi } from './start-test-api.js';
import { signIn } from './start-test-api.js';

export interface TestUser {
  readonly userId: string;
  readonly username: string;
  readonly password: string;
}

export interface TestUserOptions {
  readonly grants?: readonly Permission[];
  readonly roles?: readonly string[];
  readonly mustChangePassword?: boolean;
}

/** Adds a user who may do just what is said, with a password of their own, past all rules. */
export async function addTestUser(
  { app }: TestApi,
  { grants = [], roles = [], mustChangePassword = false }: TestUserOptions = {},
): Promise<TestUser> {
  const username = `user_${randomUUID().slice(0, 8)}`;
  const password = `password of ${username}`;
  const { userId } = await app.get(IdentityStore).addUser({
    userId: randomUUID(),
    username,
    fullName: '',
    passwordHash: await app.get(PasswordHasher).hash(new Secret(password)),
    mustChangePassword,
    roles,
    grants,
  });
  return { userId, username, password };
}

/** @returns the access token of a new user */
export async function tokenOfNewUser(api: TestApi, options: TestUserOptions = {}): Promise<string> {
  return signIn(api.url, await addTestUser(api, options));
}
