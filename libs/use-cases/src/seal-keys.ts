import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyRing, SigningKey, UnlockKeys } from '@satchel/domain';
import { BackupError, Secret } from '@satchel/domain';

/**
 * Keys on their way to the worker that needs them. They are sealed with AES-256-GCM under a key that is derived from the installation's
 * signing key and this job's id: what the catalog, Redis, or a copy of either holds is of no use without the key ring, and
 * cannot be given to another job. The table of jobs erases it when the job ends.
 */

const CIPHER = 'aes-256-gcm';
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface RevealedKeys {
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
}

/** @returns text without secrets: the key's id, a point, and the sealed bytes in base64url */
export async function sealKeys(keys: UnlockKeys, jobId: string, keyRing: KeyRing): Promise<string> {
  const signing = await keyRing.current();
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const revealed: RevealedKeys = {
    identities: keys.identities.map(identity => identity.reveal()),
    passphrases: keys.passphrases.map(passphrase => passphrase.reveal()),
  };
  const cipher = createCipheriv(CIPHER, sealingKey(signing, salt, jobId), nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(revealed), 'utf8'), cipher.final()]);
  return `${signing.keyId}.${Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
}

/** @throws BackupError `system_error` if it was sealed by a key that this process does not know, or for another job */
export async function openSealedKeys(sealed: string, jobId: string, keyRing: KeyRing): Promise<UnlockKeys> {
  const [keyId = '', text = ''] = sealed.split('.');
  const signing = await keyRing.byId(keyId);
  if (signing === null) throw notOurs();
  const bytes = Buffer.from(text, 'base64url');
  const salt = bytes.subarray(0, SALT_BYTES);
  const nonce = bytes.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
  const rest = bytes.subarray(SALT_BYTES + NONCE_BYTES);
  try {
    const decipher = createDecipheriv(CIPHER, sealingKey(signing, salt, jobId), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(rest.subarray(0, TAG_BYTES));
    const plain = Buffer.concat([decipher.update(rest.subarray(TAG_BYTES)), decipher.final()]);
    const revealed = JSON.parse(plain.toString('utf8')) as RevealedKeys;
    return {
      identities: revealed.identities.map(identity => new Secret(identity)),
      passphrases: revealed.passphrases.map(passphrase => new Secret(passphrase)),
    };
  } catch {
    // Without the cause: it could hold what was sealed.
    throw notOurs();
  }
}

function sealingKey({ secret }: SigningKey, salt: Buffer, jobId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.reveal(), salt, `satchel keys of job ${jobId}`, 32));
}

function notOurs(): BackupError {
  return new BackupError(
    'system_error',
    'The key for the encrypted backup was sealed by another installation. API and workers need the same signing keys: ' +
      'share SATCHEL_HOME, or set SATCHEL_SIGNING_KEY for all of them.',
    { setting: 'SATCHEL_SIGNING_KEY' },
  );
}
