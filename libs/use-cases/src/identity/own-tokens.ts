import { randomUUID } from 'node:crypto';
import type { ApiToken, AuditLog, Clock, IdentityStore, Permission, Secret } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import type { AccessChanges } from './access-changes.js';
import type { Asker } from './asker.js';
import { requirePerson } from './asker.js';
import { requireHas } from './grant-rules.js';
import { digestOf, newApiToken } from './new-secret.js';

export interface CreateTokenCommand {
  /** For its owner: what it is used for. */
  readonly name: string;
  /** At least one; each one that the owner has. */
  readonly permissions: readonly Permission[];
  readonly expiresAt: Date;
}

export interface CreatedToken {
  readonly token: ApiToken;
  /** Told once, here. */
  readonly text: Secret<string>;
}

const MAX_NAME = 100;
const MAX_TOKENS = 50;

/** A leap year. */
const MAX_LIFETIME_MS = 366 * 86_400_000;

/**
 * A person's keys for scripts. A token is never worth more than its owner at the moment it is used, and cannot make
 * others, which would outlive it.
 */
export class OwnTokens {
  constructor(
    private readonly store: IdentityStore,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly changes: AccessChanges,
  ) {}

  /** Newest first. */
  async list(asker: Asker): Promise<readonly ApiToken[]> {
    return this.store.tokens(requirePerson(asker.actor));
  }

  /** @throws BackupError `validation_error`; `permission_error` for a permission that the owner lacks; `conflict` for too many */
  async create(command: CreateTokenCommand, asker: Asker): Promise<CreatedToken> {
    const { actor } = asker;
    const userId = requirePerson(actor);
    const tokenId = randomUUID();
    const details = {
      name: command.name.slice(0, MAX_NAME),
      permissions: command.permissions,
      expiresAt: command.expiresAt,
    };
    return audited(this.audit, { actor, action: 'token.create', subject: tokenId, details }, async () => {
      const now = this.clock.now();
      const name = checkName(command.name);
      checkExpiry(command.expiresAt, now);
      const permissions = [...new Set(command.permissions)];
      if (permissions.length === 0) {
        throw new BackupError('validation_error', 'A token needs at least one permission.', {
          parameter: 'permissions',
        });
      }
      requireHas(asker, permissions);
      if ((await this.store.tokens(userId)).length >= MAX_TOKENS) {
        throw new BackupError('conflict', `You have ${MAX_TOKENS} tokens. Remove those you no longer need.`);
      }
      const text = newApiToken();
      const { expiresAt } = command;
      const token = { tokenId, userId, name, permissions, createdAt: now, expiresAt, lastUsedAt: null };
      await this.store.addToken(token, digestOf(text));
      return { token, text };
    });
  }

  /** @throws BackupError `not_found` if the person has no such token */
  async revoke(tokenId: string, { actor }: Asker): Promise<void> {
    const userId = requirePerson(actor);
    await audited(this.audit, { actor, action: 'token.revoke', subject: tokenId, details: {} }, async () => {
      if (!(await this.store.removeToken(userId, tokenId))) {
        throw new BackupError('not_found', 'You have no such token.', { tokenId });
      }
      this.changes.tell({ of: 'token', tokenId });
    });
  }
}

function checkName(text: string): string {
  const name = text.trim();
  if (name.length >= 1 && name.length <= MAX_NAME) return name;
  throw new BackupError('validation_error', `A token's name has 1 to ${MAX_NAME} characters.`, {
    parameter: 'name',
  });
}

function checkExpiry(expiresAt: Date, now: Date): void {
  const lifetimeMs = expiresAt.getTime() - now.getTime();
  if (lifetimeMs > 0 && lifetimeMs <= MAX_LIFETIME_MS) return;
  throw new BackupError('validation_error', 'A token expires in the future, within a year.', {
    parameter: 'expires_at',
  });
}
