import { ADMINISTRATOR_ROLE, FIRST_ROLES, PERMISSIONS, SYSTEM_ACTOR } from '@satchel/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permissionsOf, requireMayGive } from './grant-rules.js';

const permissions = fc.subarray([...PERMISSIONS]);
const power = fc.record({ roles: fc.subarray(FIRST_ROLES.map(({ name }) => name)), grants: permissions });

function mayGive(
  asker: { permissions: (typeof PERMISSIONS)[number][]; administrator: boolean },
  powers: Parameters<typeof requireMayGive>[1],
): boolean {
  try {
    requireMayGive({ actor: SYSTEM_ACTOR, ...asker }, powers, FIRST_ROLES);
    return true;
  } catch {
    return false;
  }
}

describe('requireMayGive', () => {
  it('lets nobody pass on, or decide over, a permission that they lack', () => {
    fc.assert(
      fc.property(permissions, fc.array(power, { minLength: 1, maxLength: 2 }), (own, powers) => {
        const all = powers.flatMap(each => permissionsOf(each, FIRST_ROLES));
        const within = [...all, 'backup.change_user' as const].every(each => own.includes(each));
        const touchesAdministrator = powers.some(({ roles }) => roles.includes(ADMINISTRATOR_ROLE));
        expect(mayGive({ permissions: own, administrator: false }, powers)).toBe(
          within && !touchesAdministrator,
        );
      }),
    );
  });

  it('lets an administrator do all of it', () => {
    fc.assert(
      fc.property(fc.array(power), powers => {
        expect(mayGive({ permissions: [...PERMISSIONS], administrator: true }, powers)).toBe(true);
      }),
    );
  });
});

describe('permissionsOf', () => {
  it('adds up roles and grants, and takes no notice of roles that there are none of', () => {
    expect(
      permissionsOf({ roles: ['auditor', 'king'], grants: ['backup.change_user'] }, FIRST_ROLES),
    ).toEqual(['backup.view_backupjob', 'backup.view_auditevent', 'backup.change_user']);
  });
});
