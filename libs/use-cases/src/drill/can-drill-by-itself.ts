import type { KeyRing } from '@satchel/domain';

/**
 * Whether a drill can be made with nobody beside it. Where backups are encrypted for public keys alone, the one that opens them is
 * kept elsewhere, on purpose: a drill could only fail, every week.
 */
export async function canDrillByItself(keyRing: KeyRing): Promise<boolean> {
  if ((await keyRing.encryptFor()) === null) return true;
  const { identities, passphrases } = await keyRing.unlockKeys();
  return identities.length + passphrases.length > 0;
}
