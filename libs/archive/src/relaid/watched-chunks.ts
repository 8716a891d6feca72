import { createHash } from 'node:crypto';
import { throwIfCancelled } from '@satchel/domain';
import { DIGEST_PREFIX } from '../archive-format.js';

/** Digests the first bytes of a document as they go by. */
export class PrefixDigest {
  readonly #hash = createHash('sha256');
  #left: number;

  /** @param bytes how many; infinitely many for the whole document */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  update(chunk: Uint8Array): void {
    if (this.#left === 0) return;
    const taken = chunk.length <= this.#left ? chunk : chunk.subarray(0, this.#left);
    this.#hash.update(taken);
    this.#left -= taken.length;
  }

  /** To be called once. */
  digest(): string {
    return DIGEST_PREFIX + this.#hash.digest('hex');
  }
}

/** Hands chunks on, digests them and stops between two of them when a person has asked to. */
export async function* watchedChunks(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  digest?: PrefixDigest,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    throwIfCancelled(signal);
    digest?.update(chunk);
    yield chunk;
  }
}
