import { PERMISSIONS } from '@satchel/domain';
import { z } from 'zod';

export const PERMISSION = z.enum(PERMISSIONS).meta({ id: 'Permission' });

/** A list of permissions, without one twice. */
export const PERMISSION_LIST = z
  .array(PERMISSION)
  .max(100)
  .transform(permissions => [...new Set(permissions)]);

export const PERMISSION_REPLY = z
  .object({ name: PERMISSION, title: z.string() })
  .meta({ id: 'PermissionTitle' });
