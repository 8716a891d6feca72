import { NO_KEYS, type EncryptFor, type UnlockKeys } from '../backup/encryption.js';
import type { Secret } from '../secret.js';

/** A key that this installation signs its archives with. */
export interface SigningKey {
  readonly keyId: string;
  readonly secret: Secret<Uint8Array>;
}

/**
 * The installation's keys. `current()` is always the same until a key is replaced; a replaced key stays known by its
 * id, so that older archives still count as ours.
 *
 * An installation need not encrypt, and need not be able to open what it has encrypted: recipients' public keys are enough to
 * back up, so that whoever steals the server cannot read old backups.
 */
export abstract class KeyRing {
  abstract current(): Promise<SigningKey>;
  abstract byId(keyId: string): Promise<SigningKey | null>;

  /** What new backups are encrypted for; null: they are not. */
  encryptFor(): Promise<EncryptFor | null> {
    return Promise.resolve(null);
  }

  /** The keys for encrypted backups that the installation itself has; they are used where nobody brings one. */
  unlockKeys(): Promise<UnlockKeys> {
    return Promise.resolve(NO_KEYS);
  }
}
