import type { Actor, Permission } from '@satchel/domain';
import { BackupError, PERMISSIONS, shellActor } from '@satchel/domain';

/** Who asks for something about users, roles or tokens, with what they may do at this moment. */
export interface Asker {
  readonly actor: Actor;
  /** Of a token, what both the token and its owner have. */
  readonly permissions: readonly Permission[];
  /** Whether they have the administrator's role; a token never has. */
  readonly administrator: boolean;
}

/** Whoever has a shell with the settings in it could write to the tables anyway. @param account as for `shellActor` */
export function shellAsker(account: string | null): Asker {
  return { actor: shellActor(account), permissions: PERMISSIONS, administrator: true };
}

/**
 * The person who asks, where it must be one.
 *
 * @throws BackupError `permission_error` for a token, or where nobody has signed in
 */
export function requirePerson(actor: Actor): string {
  if (actor.userId !== null && actor.tokenId === null) return actor.userId;
  throw new BackupError(
    'permission_error',
    actor.tokenId === null
      ? 'Only somebody who has signed in can do this for themselves.'
      : 'An API token cannot do this. Sign in with your password.',
  );
}
