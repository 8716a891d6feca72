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
import { provide, provideClass } from './provide.js';
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
    provideClass(AccessChanges),
    provide(
      SignIn,
      [IdentityStore, PasswordHasher, AuditLog, Clock],
      (store: IdentityStore, hasher: PasswordHasher, audit: AuditLog, clock: Clock) =>
        new SignIn(store, hasher, audit, clock, sessionDays * DAY_MS),
    ),
    provideClass(RenewSession, IdentityStore, AuditLog, Clock, AccessChanges),
    provideClass(SignOut, IdentityStore, AuditLog, AccessChanges),
    provideClass(OwnSessions, IdentityStore, AuditLog, Clock, AccessChanges),
    provideClass(ChangeOwnPassword, IdentityStore, PasswordHasher, AuditLog, Clock, AccessChanges),
    provideClass(OwnTokens, IdentityStore, AuditLog, Clock, AccessChanges),
    provideClass(EditUsers, IdentityStore, PasswordHasher, AuditLog, AccessChanges),
    provideClass(EditRoles, IdentityStore, AuditLog, AccessChanges),
    provideClass(AuthenticateRequest, IdentityStore, Clock),
    provideClass(EnsureFirstAdministrator, IdentityStore, PasswordHasher, AuditLog),
  ];
}
