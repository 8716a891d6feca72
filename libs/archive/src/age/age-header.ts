import { BackupError, hasKeys, type Encryption, type EncryptFor, type UnlockKeys } from '@satchel/domain';
import { age } from './age-library.js';
import { PAYLOAD_NONCE_BYTES } from './age-payload.js';
import { passphraseIdentity, passphraseRecipient } from './passphrase-stanza.js';

/** The first line of each binary age file. */
export const AGE_FIRST_LINE = 'age-encryption.org/v1\n';

/** Longest header that is read: room for some hundred recipients. */
const MAX_HEADER_BYTES = 64 * 1024;

/** A header as it stands in the file, and the key that its payload is encrypted with. */
interface AgeHeader {
  readonly bytes: Uint8Array;
  readonly fileKey: Uint8Array;
}

/** Makes a new file key and the header that gives it to each recipient. */
export async function makeHeader(encryptFor: EncryptFor): Promise<AgeHeader> {
  const encrypter = new (age().Encrypter)();
  let fileKey: Uint8Array | undefined;
  // The library makes the key and shows it to each recipient; one that adds nothing to the file shows it to us.
  encrypter.addRecipient({
    wrapFileKey: key => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  if ('recipients' in encryptFor) {
    for (const recipient of encryptFor.recipients) encrypter.addRecipient(recipient);
  } else {
    encrypter.addRecipient(passphraseRecipient(encryptFor.passphrase.reveal()));
  }
  const empty = await encrypter.encrypt(new Uint8Array());
  if (fileKey === undefined) throw new BackupError('system_error', 'age has made no key.');
  // What follows the header of an empty file: the payload's nonce, and the tag of nothing.
  const EMPTY_PAYLOAD_BYTES = PAYLOAD_NONCE_BYTES + 16;
  return { bytes: empty.subarray(0, empty.length - EMPTY_PAYLOAD_BYTES), fileKey };
}

export interface OpenHeaderOptions {
  /** For messages. */
  readonly name: string;
  readonly keys: UnlockKeys;
  /** What the manifest says of who can open the file; absent where there is none. */
  readonly encryption?: Encryption | undefined;
}

/** How long the header is that a file begins with; null where its end is not among these bytes. */
export function headerLength(start: Buffer): number | null {
  const lastLine = start.indexOf('\n--- ');
  const end = lastLine === -1 ? -1 : start.indexOf('\n', lastLine + 1);
  return end === -1 ? null : end + 1;
}

/** @throws BackupError `invalid_backup` once so much has been read that the header must have ended */
export function refuseEndlessHeader(start: Buffer, ended: boolean, name: string): void {
  if (!ended && start.length <= MAX_HEADER_BYTES) return;
  throw new BackupError(
    'invalid_backup',
    `${name} is damaged or cut off: it begins as a file encrypted with age, and the end of its header is missing. Take another copy of the file.`,
    { file: name },
  );
}

/**
 * Opens a header with the first key that fits.
 *
 * @returns the file key
 * @throws BackupError `wrong_key` if none fits or there is none, `invalid_backup` for a damaged header
 */
export async function openHeader(header: Uint8Array, options: OpenHeaderOptions): Promise<Uint8Array> {
  const { name, keys } = options;
  if (!hasKeys(keys)) throw wrongKey(options, header);
  const decrypter = new (age().Decrypter)();
  for (const identity of keys.identities) decrypter.addIdentity(identity.reveal());
  for (const passphrase of keys.passphrases) decrypter.addIdentity(passphraseIdentity(passphrase.reveal()));
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    if (cause instanceof BackupError) throw cause;
    if (cause instanceof Error && /no identity matched/.test(cause.message)) throw wrongKey(options, header);
    throw new BackupError(
      'invalid_backup',
      `${name} is damaged: the header of its encryption is not as it was written. Take another copy of the file.`,
      { file: name },
      { cause },
    );
  }
}

function wrongKey({ name, keys, encryption }: OpenHeaderOptions, header: Uint8Array): BackupError {
  const given = hasKeys(keys);
  const text = Buffer.from(header).toString('latin1');
  const recipients =
    encryption !== undefined && encryption !== 'none' && 'recipients' in encryption
      ? encryption.recipients
      : null;
  const stanzas = text.match(/^-> (?!\S*-grease)/gm)?.length ?? 0;
  const needed = /^-> scrypt /m.test(text)
    ? 'It is encrypted with a passphrase.'
    : recipients !== null
      ? `The secret key of ${recipients.length === 1 ? '' : 'one of '}${recipients.join(', ')} opens it.`
      : `It is encrypted for ${stanzas === 1 ? 'one key' : `${stanzas} keys, each of which opens it`}; the manifest beside the file says whose.`;
  const advice = given
    ? 'Give another key, or another passphrase.'
    : 'Give the key: a file of it (--identity=FILE, BACKUP_IDENTITY_FILE, "identity" over HTTP) or the passphrase.';
  return new BackupError(
    'wrong_key',
    `${name} is encrypted, and ${given ? 'no key that was given opens it' : 'there is no key to open it with'}. ${needed} ${advice}`,
    { file: name, ...(recipients !== null && { recipients }) },
  );
}
