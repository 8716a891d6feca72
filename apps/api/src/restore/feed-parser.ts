import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { BackupError, throwIfCancelled } from '@satchel/domain';

/** What a sender has to send in each `stallMs`: any line that works is a hundred times as fast, a byte now and then is not. */
const LEAST_BYTES = 1024;

export interface FeedOptions {
  /** How long a sender may all but stop. How long the whole takes does not matter: lines to schools are slow. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
}

/**
 * Feeds a request's body to a parser until it has taken all of it. Unlike `pipeline` it leaves the request's connection open
 * whatever happens, so that an answer can be sent, and it does not wait for a sender who has fallen
 * silent, or sends a byte now and then to hold the connection.
 *
 * @throws BackupError `validation_error` if next to nothing comes for too long; the signal's reason; what the connection fails with
 */
export async function feedParser(
  body: Readable,
  parser: Writable,
  { stallMs, signal }: FeedOptions,
): Promise<void> {
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  const closed = once(parser, 'close');
  closed.catch(() => undefined);
  // Only waiting counts: what we take to store a chunk is not the sender's fault.
  let leftMs = stallMs;
  let bytes = 0;
  for (;;) {
    throwIfCancelled(signal);
    const askedMs = performance.now();
    const next = await nextChunk(chunks, leftMs, stallMs, signal);
    if (next.done === true) break;
    leftMs -= performance.now() - askedMs;
    bytes += next.value.length;
    if (bytes >= LEAST_BYTES) {
      leftMs = stallMs;
      bytes = 0;
    }
    if (!parser.write(next.value)) await once(parser, 'drain', { signal });
  }
  parser.end();
  await unlessAborted(closed, signal);
}

function nextChunk(
  chunks: AsyncIterator<Buffer, undefined>,
  leftMs: number,
  stallMs: number,
  signal: AbortSignal,
): Promise<IteratorResult<Buffer, undefined>> {
  const stall = new AbortController();
  const timer = setTimeout(() => {
    stall.abort(
      new BackupError(
        'validation_error',
        `Hardly anything was sent for ${Math.ceil(stallMs / 1000)} seconds, and the rest was not waited for. Send it again.`,
        { timeoutMs: stallMs },
      ),
    );
  }, leftMs);
  return unlessAborted(unlessAborted(chunks.next(), stall.signal), signal).finally(() => clearTimeout(timer));
}

/** Listeners are taken off again: thousands of chunks share one signal. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
