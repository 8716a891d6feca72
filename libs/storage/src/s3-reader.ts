import { Readable } from 'node:stream';
import { cancelled } from './abortable.js';
import { toS3Error, type S3Place } from './s3-error.js';

/** Bytes that wait to be taken, at most; about as many more wait in the socket. */
const HELD_BYTES = 262_144;

/**
 * An answer's body as our own stream: with our errors, one that ends too early among them, and ended by an abort.
 *
 * @param sizeBytes how many there should be, where the server said so
 */
export function s3Reader(
  body: Readable,
  sizeBytes: number | undefined,
  place: S3Place,
  signal: AbortSignal | undefined,
): Readable {
  const stream = Readable.from(checked(body, sizeBytes, place, signal), {
    objectMode: false,
    highWaterMark: HELD_BYTES,
  });
  const onAbort = (): void => {
    body.destroy();
    stream.destroy(cancelled(signal));
  };
  // A reader that is left before its first byte never starts the generator, which could close the body.
  stream.once('close', () => {
    signal?.removeEventListener('abort', onAbort);
    body.destroy();
  });
  // Whoever reads the stream learns of it there.
  body.on('error', () => undefined);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  return stream;
}

async function* checked(
  body: Readable,
  sizeBytes: number | undefined,
  place: S3Place,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let read = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      read += chunk.length;
      if (chunk.length > 0) yield chunk;
    }
  } catch (error) {
    if (signal?.aborted) throw cancelled(signal);
    throw toS3Error(error, place);
  }
  if (sizeBytes === undefined || read === sizeBytes) return;
  const cut = Object.assign(new Error(`${read} of ${sizeBytes} bytes came`), { code: 'ECONNRESET' });
  throw toS3Error(cut, place);
}
