import { createHash } from 'node:crypto';
import { BackupError, Secret } from '@satchel/domain';
import { age } from './age/age-library.js';

export interface AgeKeyPair {
  /** `AGE-SECRET-KEY-1…`: opens backups. */
  readonly identity: Secret<string>;
  /** `age1…`: backups are encrypted for it. */
  readonly recipient: string;
}

/** Makes a key pair of the classic kind (X25519), which every `age` opens. */
export async function makeKeyPair(): Promise<AgeKeyPair> {
  const { generateX25519Identity, identityToRecipient } = age();
  const identity = await generateX25519Identity();
  return { identity: new Secret(identity), recipient: await identityToRecipient(identity) };
}

/** @throws BackupError `validation_error` unless it is a secret key of age; never says the key */
export async function recipientOf(identity: Secret<string>): Promise<string> {
  const { identityToRecipient } = age();
  try {
    return await identityToRecipient(identity.reveal());
  } catch (cause) {
    throw new BackupError(
      'validation_error',
      'This is no secret key of age (AGE-SECRET-KEY-1…), or it has a typing error.',
      { parameter: 'identity' },
      // Not the cause itself: its message holds what was given.
      { cause: new Error(cause instanceof Error ? cause.name : 'unreadable') },
    );
  }
}

/** Whether text is a recipient that backups can be encrypted for. */
export function isRecipient(text: string): boolean {
  const encrypter = new (age().Encrypter)();
  try {
    encrypter.addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

/** Longest identity file that is read. */
export const MAX_IDENTITY_FILE_BYTES = 64 * 1024;

/**
 * Reads an identity file as `age-keygen` writes it: a secret key a line, comments after `#`. Small letters, spaces and hyphens
 * between the groups of a printed key do no harm.
 *
 * @throws BackupError `validation_error` naming the line that is no key, never what it says
 */
export async function readIdentities(text: string): Promise<readonly Secret<string>[]> {
  const identities: Secret<string>[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const identity = new Secret(typedIdentity(trimmed));
    await recipientOf(identity).catch((cause: unknown) => {
      throw new BackupError(
        'validation_error',
        `Line ${index + 1} of the identity is no secret key of age (AGE-SECRET-KEY-1…), or has a typing error.`,
        { parameter: 'identity', line: index + 1 },
        { cause },
      );
    });
    identities.push(identity);
  }
  if (identities.length > 0) return identities;
  throw new BackupError(
    'validation_error',
    'The identity holds no secret key. It is a text file with a line AGE-SECRET-KEY-1…, as "backup_system key create" or age-keygen make it.',
    { parameter: 'identity' },
  );
}

const IDENTITY_PREFIX = 'AGE-SECRET-KEY-';

/** A key as somebody has typed it from paper, in one piece. */
function typedIdentity(text: string): string {
  const joined = text.toUpperCase().replace(/[\s-]/g, '');
  const bare = IDENTITY_PREFIX.replaceAll('-', '');
  if (!joined.startsWith(bare)) return text;
  const rest = joined.slice(bare.length);
  return rest.startsWith('PQ1') ? `${IDENTITY_PREFIX}PQ-${rest.slice(2)}` : IDENTITY_PREFIX + rest;
}

/** What every key of ours begins with. It is printed before the groups, and is in no line's checksum. */
export const PRINTED_PREFIX = `${IDENTITY_PREFIX}1`;

/** How many characters of a printed key stand together. */
const GROUP = 4;

export interface PrintedKey {
  /** The key after its prefix in groups, each line with a checksum of its own. */
  readonly lines: readonly { readonly groups: readonly string[]; readonly checksum: string }[];
  /** Over the whole key. */
  readonly checksum: string;
}

/** Groups on one printed line. */
const LINE_GROUPS = 5;

/**
 * A key as it is printed: in groups, with a checksum for each line, so that somebody who types it in finds the line that is wrong. The
 * key itself has one more (it is Bech32), which every program checks.
 */
export function printedKey(identity: Secret<string>): PrintedKey {
  const text = identity.reveal();
  const groups = text.slice(PRINTED_PREFIX.length).match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
  const lines = Array.from({ length: Math.ceil(groups.length / LINE_GROUPS) }, (_, line) => {
    const own = groups.slice(line * LINE_GROUPS, (line + 1) * LINE_GROUPS);
    return { groups: own, checksum: keyChecksum(own.join('')) };
  });
  return { lines, checksum: keyChecksum(text) };
}

/**
 * Four hexadecimal digits of SHA-256; by hand: `printf %s AGE-SECRET-KEY-1… | sha256sum | cut -c1-4`. It stands only beside the
 * key itself, so it gives nothing away.
 */
export function keyChecksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 4);
}
