import type { Secret } from '../secret.js';

/** A key that this installation signs its archives with. */
export interface SigningKey {
  readonly keyId: string;
  readonly secret: Secret<Uint8Array>;
}

/**
 * The installation's keys. `current()` is always the same until a key is replaced; a replaced key stays known by its
 * id, so that older archives still count as ours.
 */
export abstract class KeyRing {
  abstract current(): Promise<SigningKey>;
  abstract byId(keyId: string): Promise<SigningKey | null>;
}
