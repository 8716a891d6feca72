import { createHash } from 'node:crypto';
import { DIGEST_PREFIX } from './archive-format.js';

/** Bytes on their way, observed: the same chunks come out, and at the end their size and digest are known. */
export class Checksum implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;
  #digest: string | null = null;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.#chunks) {
      this.#hash.update(chunk);
      this.#sizeBytes += chunk.length;
      yield chunk;
    }
  }

  /** Bytes seen so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** `sha256:` over all bytes; ask only when all have passed. */
  digest(): string {
    this.#digest ??= DIGEST_PREFIX + this.#hash.digest('hex');
    return this.#digest;
  }
}

/** Observes the bytes of a stream; see `Checksum`. */
export function checksum(chunks: AsyncIterable<Uint8Array>): Checksum {
  return new Checksum(chunks);
}
