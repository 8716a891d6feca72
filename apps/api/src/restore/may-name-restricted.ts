import type { Permission } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import type { Request } from 'express';

/** Who may decide what others may do: tables that grant power are theirs to restore from any file. */
const PERMISSION: Permission = 'backup.change_user';

/** @throws BackupError `permission_error` if tables that grant power are asked for by somebody who may not grant it */
export function refuseUnlessMayNameRestricted(request: Request, tables: readonly string[]): void {
  if (tables.length === 0 || request.principal?.permissions.has(PERMISSION) === true) return;
  throw new BackupError(
    'permission_error',
    `You may not restore ${tables.join(', ')} from a file of others: whoever can decides who may do what. It needs the permission ${PERMISSION}.`,
    { permission: PERMISSION, tables },
  );
}
