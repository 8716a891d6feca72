import type { AuditLog, IdentityStore, Permission, Role } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { audited } from '../audit/audited.js';
import type { AccessChanges } from './access-changes.js';
import type { Asker } from './asker.js';
import { requireHas, requireMayManage } from './grant-rules.js';

export interface CreateRoleCommand {
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly Permission[];
}

/** Only what is given is changed. */
export interface ChangeRoleCommand {
  readonly title?: string;
  readonly permissions?: readonly Permission[];
}

const MAX_TITLE = 100;

/**
 * Looks after the roles. Nobody puts into a role, or takes out of it, what they do not have.
 *
 * @throws BackupError `permission_error`; `not_found`; `validation_error`; `conflict` for a name that is taken, the
 *   administrator's role, and one that is to be removed while users have it
 */
export class EditRoles {
  constructor(
    private readonly store: IdentityStore,
    private readonly audit: AuditLog,
    private readonly changes: AccessChanges,
  ) {}

  /** By name. */
  async list(): Promise<readonly Role[]> {
    return this.store.roles();
  }

  async create(command: CreateRoleCommand, asker: Asker): Promise<Role> {
    const { name, title, permissions } = command;
    const details = { title: title.slice(0, MAX_TITLE), permissions };
    const action = {
      actor: asker.actor,
      action: 'role.create' as const,
      subject: name.slice(0, 50),
      details,
    };
    return audited(this.audit, action, async () => {
      requireMayManage(asker);
      requireHas(asker, permissions);
      const role = { name: checkName(name), title: checkTitle(title), permissions, fixed: false };
      await this.store.addRole(role);
      return role;
    });
  }

  async change(name: string, command: ChangeRoleCommand, asker: Asker): Promise<Role> {
    const { permissions } = command;
    const details = {
      ...(command.title === undefined ? {} : { title: command.title.slice(0, MAX_TITLE) }),
      ...(permissions && { permissions }),
    };
    const action = {
      actor: asker.actor,
      action: 'role.update' as const,
      subject: name.slice(0, 50),
      details,
    };
    return audited(this.audit, action, async () => {
      requireMayManage(asker);
      const before = await this.#role(name);
      if (permissions) requireHas(asker, differenceOf(before.permissions, permissions));
      const title = command.title === undefined ? {} : { title: checkTitle(command.title) };
      const role = await this.store.changeRole(name, { ...details, ...title });
      this.changes.tell({ of: 'everybody' });
      return role;
    });
  }

  async remove(name: string, asker: Asker): Promise<void> {
    const action = {
      actor: asker.actor,
      action: 'role.delete' as const,
      subject: name.slice(0, 50),
      details: {},
    };
    await audited(this.audit, action, async () => {
      requireMayManage(asker);
      requireHas(asker, (await this.#role(name)).permissions);
      await this.store.removeRole(name);
      this.changes.tell({ of: 'everybody' });
    });
  }

  async #role(name: string): Promise<Role> {
    const role = (await this.store.roles()).find(each => each.name === name);
    if (role) return role;
    throw new BackupError('not_found', `There is no role ${JSON.stringify(name)}.`, { role: name });
  }
}

/** What is in one and not in the other. */
function differenceOf(before: readonly Permission[], after: readonly Permission[]): Permission[] {
  return [
    ...before.filter(permission => !after.includes(permission)),
    ...after.filter(permission => !before.includes(permission)),
  ];
}

function checkName(name: string): string {
  if (/^[a-z][a-z0-9_]{0,49}$/.test(name)) return name;
  throw new BackupError(
    'validation_error',
    "A role's name begins with a lower-case letter and has at most 50 lower-case letters, digits and _.",
    { parameter: 'name' },
  );
}

function checkTitle(text: string): string {
  const title = text.trim();
  if (title.length >= 1 && title.length <= MAX_TITLE) return title;
  throw new BackupError('validation_error', `A role's title has 1 to ${MAX_TITLE} characters.`, {
    parameter: 'title',
  });
}
