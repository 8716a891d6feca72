import type { FactoryProvider } from '@nestjs/common';
import { AuditLog, Clock, IdentityStore, PasswordHasher } from '@satchel/domain';
import { Argon2PasswordHasher } from '@satchel/identity';
import {
  AccessChanges,
  AuthenticateRequest,
  ChangeOwnPassword,
  EditRoles,
  EditUsers,
  EnsureFirstAdministrator,
  OwnSessions,
  OwnTokens,
  RenewSession,
  SignIn,
  SignOut,
} from '@satchel/use-cases';
import { OnDemandIdentityStore } from './on-demand-identity-store.js';
import { ProtectedDatabase } from './protected-database.js';
import { provide } from './provide.js';
import type { ServerConfig } from './wiring.config.js';

const DAY_MS = 86_400_000;

/** Everything about sign-in, users, roles and tokens: two ports, and the use cases on them. */
export function identityProviders({ sessionDays }: Pick<ServerConfig, 'sessionDays'>): FactoryProvider[] {
  return [
    provide(PasswordHasher, [], () => new Argon2PasswordHasher()),
    provide(
      IdentityStore,
      [ProtectedDatabase],
      (database: ProtectedDatabase) => new OnDemandIdentityStore(() => database.openIdentityStore()),
    ),
    provide(AccessChanges, [], () => new AccessChanges()),
    provide(
      SignIn,
      [IdentityStore, PasswordHasher, AuditLog, Clock],
      (store: IdentityStore, hasher: PasswordHasher, audit: AuditLog, clock: Clock) =>
        new SignIn(store, hasher, audit, clock, sessionDays * DAY_MS),
    ),
    provide(
      RenewSession,
      [IdentityStore, AuditLog, Clock, AccessChanges],
      (store: IdentityStore, audit: AuditLog, clock: Clock, changes: AccessChanges) =>
        new RenewSession(store, audit, clock, changes),
    ),
    provide(
      SignOut,
      [IdentityStore, AuditLog, AccessChanges],
      (store: IdentityStore, audit: AuditLog, changes: AccessChanges) => new SignOut(store, audit, changes),
    ),
    provide(
      OwnSessions,
      [IdentityStore, AuditLog, Clock, AccessChanges],
      (store: IdentityStore, audit: AuditLog, clock: Clock, changes: AccessChanges) =>
        new OwnSessions(store, audit, clock, changes),
    ),
    provide(
      ChangeOwnPassword,
      [IdentityStore, PasswordHasher, AuditLog, Clock, AccessChanges],
      (store: IdentityStore, hasher: PasswordHasher, audit: AuditLog, clock: Clock, changes: AccessChanges) =>
        new ChangeOwnPassword(store, hasher, audit, clock, changes),
    ),
    provide(
      OwnTokens,
      [IdentityStore, AuditLog, Clock, AccessChanges],
      (store: IdentityStore, audit: AuditLog, clock: Clock, changes: AccessChanges) =>
        new OwnTokens(store, audit, clock, changes),
    ),
    provide(
      EditUsers,
      [IdentityStore, PasswordHasher, AuditLog, AccessChanges],
      (store: IdentityStore, hasher: PasswordHasher, audit: AuditLog, changes: AccessChanges) =>
        new EditUsers(store, hasher, audit, changes),
    ),
    provide(
      EditRoles,
      [IdentityStore, AuditLog, AccessChanges],
      (store: IdentityStore, audit: AuditLog, changes: AccessChanges) => new EditRoles(store, audit, changes),
    ),
    provide(
      AuthenticateRequest,
      [IdentityStore, Clock],
      (store: IdentityStore, clock: Clock) => new AuthenticateRequest(store, clock),
    ),
    provide(
      EnsureFirstAdministrator,
      [IdentityStore, PasswordHasher, AuditLog],
      (store: IdentityStore, hasher: PasswordHasher, audit: AuditLog) =>
        new EnsureFirstAdministrator(store, hasher, audit),
    ),
  ];
}
