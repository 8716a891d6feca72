import { createHash } from 'node:crypto';
import { BackupError, throwIfCancelled } from '@satchel/domain';
import { DIGEST_PREFIX } from './archive-format.js';

const LF = 0x0a;

/**
 * Reads a document line by line out of chunks that are cut anywhere, each valid until the next is asked for, and digests
 * its bytes as they pass. Between two lines the current chunk is open to others, who read on by `chunk`, `at` and `next`.
 */
export class LineReader {
  chunk: Buffer = Buffer.alloc(0);
  /** The next byte of `chunk` to be read. */
  at = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  readonly #hash = createHash('sha256');
  #hashedTo = 0;
  #bytesBefore = 0;
  #closed = false;

  constructor(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /** Bytes of the document before the next one to be read. */
  get offset(): number {
    return this.#bytesBefore + this.at;
  }

  /** Goes on to the next chunk; all of the current one counts as read. @returns whether there was another */
  async next(): Promise<boolean> {
    throwIfCancelled(this.#signal);
    this.#hashTo(this.chunk.length);
    this.#bytesBefore += this.chunk.length;
    for (;;) {
      const next = await this.#chunks.next();
      this.at = 0;
      this.#hashedTo = 0;
      if (next.done === true) {
        this.chunk = Buffer.alloc(0);
        return false;
      }
      const { value } = next;
      if (value.length === 0) continue;
      this.chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      return true;
    }
  }

  /**
   * Reads a line, without its line feed.
   *
   * @param atEnd what to throw if the document ends before the line does
   * @throws BackupError `too_large` for a line over `maxBytes`
   */
  async line(maxBytes: number, atEnd: (offset: number) => BackupError = cutOff): Promise<string> {
    const start = this.offset;
    const pieces: Buffer[] = [];
    let size = 0;
    for (;;) {
      const end = this.chunk.indexOf(LF, this.at);
      const piece = this.chunk.subarray(this.at, end === -1 ? this.chunk.length : end);
      size += piece.length;
      if (size > maxBytes) {
        throw new BackupError(
          'too_large',
          `A line of the backup is longer than ${maxBytes} bytes, the limit outside its rows.`,
          {
            limit: maxBytes,
            offset: start,
          },
        );
      }
      if (end !== -1) {
        pieces.push(piece);
        this.at = end + 1;
        break;
      }
      // A copy: the chunk is not ours any more once there is another.
      pieces.push(Buffer.from(piece));
      if (!(await this.next())) throw atEnd(this.offset);
    }
    const [only] = pieces;
    return decode(only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces), start);
  }

  /** The digest of all bytes read so far; reading goes on. */
  digestSoFar(): string {
    this.#hashTo(this.at);
    return DIGEST_PREFIX + this.#hash.copy().digest('hex');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#chunks.return?.();
  }

  #hashTo(end: number): void {
    if (end <= this.#hashedTo) return;
    this.#hash.update(this.chunk.subarray(this.#hashedTo, end));
    this.#hashedTo = end;
  }
}

/** What a document's end in the middle is called. */
export function cutOff(offset: number): BackupError {
  return new BackupError(
    'invalid_backup',
    `The backup is cut off after ${offset} bytes (uncompressed): its end is missing. Copy the file again, or take another backup.`,
    { offset },
  );
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array, offset: number): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new BackupError(
      'invalid_backup',
      `The backup is damaged: not UTF-8 in the line at byte ${offset}. Take another copy of the file.`,
      { offset },
      { cause },
    );
  }
}
