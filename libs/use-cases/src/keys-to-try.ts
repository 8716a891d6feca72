import type { KeyRing, UnlockKeys } from '@satchel/domain';
import { NO_KEYS } from '@satchel/domain';

/** What an encrypted file is opened with: what somebody has brought, then what the installation itself has. */
export async function keysToTry(keyRing: KeyRing, given: UnlockKeys = NO_KEYS): Promise<UnlockKeys> {
  const own = await keyRing.unlockKeys();
  return {
    identities: [...given.identities, ...own.identities],
    passphrases: [...given.passphrases, ...own.passphrases],
  };
}
