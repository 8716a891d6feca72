import { randomBytes } from 'node:crypto';
import { KeyRing, Secret, type SigningKey } from '@satchel/domain';

/** Keys in memory. */
export class MemoryKeyRing extends KeyRing {
  #keys: SigningKey[] = [newKey()];

  async current(): Promise<SigningKey> {
    const [first] = this.#keys;
    return first ?? this.replace();
  }

  async byId(keyId: string): Promise<SigningKey | null> {
    return this.#keys.find(key => key.keyId === keyId) ?? null;
  }

  /** From now on another key signs; the ones before stay known. */
  replace(): SigningKey {
    const key = newKey();
    this.#keys.unshift(key);
    return key;
  }

  /** Only the newest key is known any more. */
  forgetEarlier(): void {
    this.#keys = this.#keys.slice(0, 1);
  }
}

function newKey(): SigningKey {
  return { keyId: randomBytes(8).toString('hex'), secret: new Secret(Uint8Array.from(randomBytes(32))) };
}
