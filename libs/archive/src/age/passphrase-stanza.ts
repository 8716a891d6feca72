import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { BackupError } from '@satchel/domain';
import type { Identity, Recipient } from 'age-encryption';
import { age } from './age-library.js';

/**
 * A passphrase as age's `scrypt` recipient. The library's own would do it on the event loop, which stands still for a second
 * or more; this does it on a thread of Node's pool.
 *
 * @see https://age-encryption.org/v1, "The scrypt recipient type"
 */

/** Cost of guessing, as a power of two; age itself takes 18: 256 MB and half a second for each guess. */
const WORK_FACTOR = 18;

const LABEL = 'age-encryption.org/v1/scrypt';
const SALT_BYTES = 16;
const FILE_KEY_BYTES = 16;
const TAG_BYTES = 16;
const CIPHER = 'chacha20-poly1305';
/** Every key is used once, so age's nonce is zero. */
const NONCE = Buffer.alloc(12);

export function passphraseRecipient(passphrase: string, workFactor = WORK_FACTOR): Recipient {
  return {
    wrapFileKey: async fileKey => {
      const salt = randomBytes(SALT_BYTES);
      const key = await keyOf(passphrase, salt, workFactor);
      const cipher = createCipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
      const sealed = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      const { Stanza } = age();
      return [new Stanza(['scrypt', unpadded(salt), String(workFactor)], sealed)];
    },
  };
}

export function passphraseIdentity(passphrase: string): Identity {
  return {
    unwrapFileKey: async stanzas => {
      const stanza = stanzas.find(({ args: [type] }) => type === 'scrypt');
      if (stanza === undefined) return null;
      const [, saltText = '', factorText = '', ...more] = stanza.args;
      const salt = Buffer.from(saltText, 'base64');
      if (
        stanzas.length !== 1 ||
        more.length > 0 ||
        salt.length !== SALT_BYTES ||
        unpadded(salt) !== saltText ||
        !/^[1-9]\d?$/.test(factorText) ||
        stanza.body.length !== FILE_KEY_BYTES + TAG_BYTES
      )
        throw new Error('invalid scrypt stanza');
      const workFactor = Number(factorText);
      if (workFactor > WORK_FACTOR) {
        throw new BackupError(
          'too_large',
          `The file's passphrase was made more costly to guess than Satchel takes (scrypt 2^${workFactor}; at most 2^${WORK_FACTOR}, which age itself writes). ` +
            'Decrypt it with age, and give the file that comes out.',
          { workFactor, limit: WORK_FACTOR },
        );
      }
      const key = await keyOf(passphrase, salt, workFactor);
      const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(stanza.body.subarray(FILE_KEY_BYTES));
      const fileKey = decipher.update(stanza.body.subarray(0, FILE_KEY_BYTES));
      try {
        decipher.final();
        return fileKey;
      } catch {
        return null;
      }
    },
  };
}

function keyOf(passphrase: string, salt: Buffer, workFactor: number): Promise<Buffer> {
  const N = 2 ** workFactor;
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase,
      Buffer.concat([Buffer.from(LABEL), salt]),
      32,
      // Node refuses what needs more than `maxmem`; scrypt needs 128 * N * r bytes, and a little.
      { N, r: 8, p: 1, maxmem: 128 * N * 8 + 1024 * 1024 },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

/** Base64 without padding, as age writes it. */
function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
