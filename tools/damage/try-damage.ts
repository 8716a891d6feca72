import { Readable } from 'node:stream';
import { readBackup, verifyArchive } from '@satchel/archive';
import { BackupError } from '@satchel/domain';
import { compareStored } from '@satchel/use-cases';
import { TrialKeyRing, type StoredForm } from './stored-forms.ts';

export interface Damage {
  readonly kind: 'flip' | 'cut';
  /** The byte that is flipped, or the first that is missing. */
  readonly at: number;
  /** What the byte is changed by; never 0 for a flip. */
  readonly by: number;
}

/**
 * What became of one damage.
 *
 * - `stored`: whether the comparison with the manifest found it, which is how `verify` begins.
 * - `content`: what reading the file finds without any manifest. `refused`: an error; `not ours`: whole, but the signature tells that
 *   somebody else wrote it; `same`: nothing that is in the backup has changed, such as the time stamp in a gzip header;
 *   `missed`: it passes for the backup although something in it has changed, which must not be.
 */
export interface Outcome {
  readonly stored: boolean;
  readonly content: 'refused' | 'not ours' | 'same' | 'missed';
}

/** A random damage; the same for the same numbers. @param random numbers from 0 to 1, without 1 */
export function randomDamage(bytes: number, random: () => number): Damage {
  const at = Math.floor(random() * bytes);
  return random() < 0.8
    ? { kind: 'flip', at, by: 1 + Math.floor(random() * 255) }
    : { kind: 'cut', at, by: 0 };
}

export function damaged(bytes: Buffer, { kind, at, by }: Damage): Buffer {
  if (kind === 'cut') return bytes.subarray(0, at);
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ by, at);
  return changed;
}

const keyRing = new TrialKeyRing();

/** Damages a stored archive and verifies it, both as `verify` does it: against the manifest, and by reading all of it. */
export async function tryDamage(stored: StoredForm, damage: Damage): Promise<Outcome> {
  const { manifest, keys, document } = stored;
  const bytes = damaged(stored.bytes, damage);
  const file = {
    name: manifest.stored.file,
    sizeBytes: bytes.length,
    open: () => Promise.resolve(Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false })),
  };
  const byManifest = await refused(compareStored(file, manifest, {}));
  const read: { content: Outcome['content'] } = { content: 'refused' };
  await refused(
    readBackup(file, { keyRing, keys, maxUnpackedBytes: 64 * document.length }, async reader => {
      const verified = await verifyArchive(reader);
      // The digest is over all of the document but its own line and the signature, which is right here.
      const same = verified.footer.digest === manifest.footer.digest;
      read.content = verified.origin !== 'ours' ? 'not ours' : same ? 'same' : 'missed';
    }),
  );
  return { stored: byManifest, content: read.content };
}

async function refused(checking: Promise<unknown>): Promise<boolean> {
  try {
    await checking;
    return false;
  } catch (error) {
    // Anything else is a bug of ours, not damage that was found.
    if (error instanceof BackupError && error.kind !== 'system_error') return true;
    throw error;
  }
}

/** Numbers that look random, the same ones for the same seed. @see mulberry32 */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
