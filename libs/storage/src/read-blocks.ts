import { Readable } from 'node:stream';
import { cancelled } from './abortable.js';

/** Bytes that are read at a time; the stream holds at most about two such blocks. */
const BLOCK_BYTES = 262_144;

/** Bytes that can be read from any place. */
export interface BlockSource {
  readonly offset: number;
  readonly length: number;
  /** @returns at least one byte and at most `size`; none only if the bytes end before `length` */
  read(at: number, size: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Streams a source's bytes, no faster than they are taken, and closes it at the end, on error, on abort, and when the
 * stream is destroyed before its first byte.
 */
export function readBlocks(source: BlockSource, signal: AbortSignal | undefined): Readable {
  let at = source.offset;
  const end = source.offset + source.length;
  const stream = new Readable({
    highWaterMark: BLOCK_BYTES,
    read() {
      if (at >= end) {
        stream.push(null);
        return;
      }
      source.read(at, Math.min(BLOCK_BYTES, end - at)).then(
        block => {
          if (stream.destroyed) return;
          if (block.length === 0) {
            stream.destroy(new RangeError(`the bytes end at ${at}, not at ${end}`));
            return;
          }
          at += block.length;
          stream.push(block);
        },
        (error: Error) => stream.destroy(error),
      );
    },
    destroy(error, callback) {
      signal?.removeEventListener('abort', onAbort);
      source.close().then(
        () => callback(error),
        (closing: Error) => callback(error ?? closing),
      );
    },
  });
  const onAbort = (): void => {
    stream.destroy(cancelled(signal));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  return stream;
}
