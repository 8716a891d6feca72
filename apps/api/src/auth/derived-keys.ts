import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { SigningKey } from '@satchel/domain';
import { KeyRing } from '@satchel/domain';

/** What a key may be used for; none of them tells anything about another, or about the signing key. */
export type KeyPurpose = 'satchel access token' | 'satchel csrf token';

export interface DerivedKey {
  /** Name of the signing key that it comes from. */
  readonly keyId: string;
  readonly secret: KeyObject;
}

const KEY_BYTES = 32;

/**
 * Keys for one purpose each, derived by HKDF-SHA256 from the installation's signing keys: nobody has one more secret to
 * look after, every process has the same ones, and replacing the signing key replaces these.
 */
@Injectable()
export class DerivedKeys {
  readonly #derived = new Map<string, DerivedKey>();

  constructor(private readonly keyRing: KeyRing) {}

  /** @throws BackupError `unavailable` if the keys cannot be read */
  async current(purpose: KeyPurpose): Promise<DerivedKey> {
    return this.#derive(await this.keyRing.current(), purpose);
  }

  /** @returns null for a key that this installation does not know, today's and earlier ones */
  async byId(keyId: string, purpose: KeyPurpose): Promise<DerivedKey | null> {
    const signingKey = await this.keyRing.byId(keyId);
    return signingKey && this.#derive(signingKey, purpose);
  }

  #derive({ keyId, secret }: SigningKey, purpose: KeyPurpose): DerivedKey {
    const name = `${purpose} ${keyId}`;
    const known = this.#derived.get(name);
    if (known) return known;
    // No salt: the signing key is random already. The purpose is what keeps the keys apart.
    const derived = {
      keyId,
      secret: createSecretKey(Buffer.from(hkdfSync('sha256', secret.reveal(), '', purpose, KEY_BYTES))),
    };
    this.#derived.set(name, derived);
    return derived;
  }
}
