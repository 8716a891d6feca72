import type { Secret } from '../secret.js';

/**
 * How an archive's stored bytes are encrypted, as its manifest says it; nothing of it is secret. The format is that of
 * `age` (age-encryption.org/v1): for recipients, each of whom can open the file alone, or with a passphrase.
 */
export type Encryption = 'none' | AgeEncryption;

export type AgeEncryption =
  | { readonly format: 'age'; readonly recipients: readonly string[] }
  | { readonly format: 'age'; readonly passphrase: true };

/** What an archive is to be encrypted for: recipients (`age1…`, public keys) or a passphrase. */
export type EncryptFor = { readonly recipients: readonly string[] } | { readonly passphrase: Secret<string> };

/** What encrypted backups can be opened with; all of them are tried. */
export interface UnlockKeys {
  /** Secret keys, each `AGE-SECRET-KEY-1…`. */
  readonly identities: readonly Secret<string>[];
  readonly passphrases: readonly Secret<string>[];
}

export const NO_KEYS: UnlockKeys = { identities: [], passphrases: [] };

export function hasKeys({ identities, passphrases }: UnlockKeys): boolean {
  return identities.length > 0 || passphrases.length > 0;
}

/** What may stand in a manifest of what an archive is encrypted for. */
export function describeEncryption(encryptFor: EncryptFor | null): Encryption {
  if (encryptFor === null) return 'none';
  return 'recipients' in encryptFor
    ? { format: 'age', recipients: encryptFor.recipients }
    : { format: 'age', passphrase: true };
}
