import type { Encryption, EncryptFor, UnlockKeys } from '@satchel/domain';
import {
  AGE_FIRST_LINE,
  headerLength,
  makeHeader,
  openHeader,
  refuseEndlessHeader,
} from './age/age-header.js';
import { openPayload, sealPayload } from './age/age-payload.js';
import { peek } from './peek.js';

/** Tells by the first bytes of a file whether it is encrypted as `encrypt` does it. */
export function isEncrypted(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(0, AGE_FIRST_LINE.length)).equals(Buffer.from(AGE_FIRST_LINE));
}

/** Whether such a file was encrypted with a passphrase, which then is all that opens it. */
export function isForPassphrase(start: Uint8Array): boolean {
  return Buffer.from(start).toString('latin1', AGE_FIRST_LINE.length).startsWith('-> scrypt ');
}

/** Encrypts a stream as one binary age file, in memory that does not grow; null: as it is. */
export async function* encrypt(
  chunks: AsyncIterable<Uint8Array>,
  encryptFor: EncryptFor | null,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (encryptFor === null) {
    yield* chunks;
    return;
  }
  const { bytes, fileKey } = await makeHeader(encryptFor);
  yield bytes;
  yield* sealPayload(chunks, fileKey);
}

export interface DecryptOptions {
  /** For messages. */
  readonly name: string;
  readonly keys: UnlockKeys;
  /** What the manifest says of who can open the file; absent where there is none. */
  readonly encryption?: Encryption | undefined;
}

/** How much of a file is looked at in search of its header's end; doubled until it is found. */
const FIRST_LOOK_BYTES = 1024;

/**
 * Undoes `encrypt`, or what the `age` tool did. The header has been opened when this returns, so that a wrong key is known at
 * once; the payload is checked chunk by chunk.
 *
 * @throws BackupError `wrong_key` if no key fits, `invalid_backup` for damage, then and while iterating
 */
export async function decrypt(
  chunks: AsyncIterable<Uint8Array>,
  options: DecryptOptions,
): Promise<AsyncIterable<Uint8Array>> {
  let bytes = FIRST_LOOK_BYTES;
  let file = await peek(chunks, bytes);
  try {
    for (;;) {
      const length = headerLength(file.start);
      if (length !== null) {
        const fileKey = await openHeader(file.start.subarray(0, length), options);
        return openPayload(skip(file.chunks, length), fileKey, options.name);
      }
      refuseEndlessHeader(file.start, file.start.length < bytes, options.name);
      bytes *= 2;
      file = await peek(file.chunks, bytes);
    }
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* skip(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = bytes;
  for await (const chunk of chunks) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (skipped < chunk.length) yield skipped === 0 ? chunk : chunk.subarray(skipped);
  }
}
