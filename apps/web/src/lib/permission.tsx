import type { ReactNode } from 'react';
import { createContext, useCallback, useContext } from 'react';
import type { Permission } from '@satchel/api-client';

const Permissions = createContext<ReadonlySet<Permission>>(new Set());

/** Says what the signed-in person may do, to everything inside. */
export const PermissionProvider = Permissions.Provider;

/** Whether the signed-in person may do something; the API's guard asks the same list. */
export function useCan(): (permission: Permission) => boolean {
  const permissions = useContext(Permissions);
  return useCallback(permission => permissions.has(permission), [permissions]);
}

/** Shows what is inside only to whom it is of use: a button that would be refused is not offered. */
export function Allowed({ permission, children }: { permission: Permission; children: ReactNode }) {
  return useCan()(permission) ? children : null;
}
