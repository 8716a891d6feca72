import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { BackupError, throwIfCancelled } from '@satchel/domain';

export interface FeedOptions {
  /** How long a sender may be silent. How long the whole takes does not matter: lines to schools are slow. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
}

/**
 * Feeds a request's body to a parser until it has taken all of it. Unlike `pipeline` it leaves the request's connection open
 * whatever happens, so that an answer can be sent, and it does not wait for a sender who has fallen silent.
 *
 * @throws BackupError `validation_error` if nothing comes for too long; the signal's reason; what the connection fails with
 */
export async function feedParser(
  body: Readable,
  parser: Writable,
  { stallMs, signal }: FeedOptions,
): Promise<void> {
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  const closed = once(parser, 'close');
  closed.catch(() => undefined);
  for (;;) {
    throwIfCancelled(signal);
    const next = await nextChunk(chunks, stallMs, signal);
    if (next.done === true) break;
    if (!parser.write(next.value)) await once(parser, 'drain', { signal });
  }
  parser.end();
  await unlessAborted(closed, signal);
}

function nextChunk(
  chunks: AsyncIterator<Buffer, undefined>,
  stallMs: number,
  signal: AbortSignal,
): Promise<IteratorResult<Buffer, undefined>> {
  const stall = new AbortController();
  const timer = setTimeout(() => {
    stall.abort(
      new BackupError(
        'validation_error',
        `Nothing was sent for ${Math.ceil(stallMs / 1000)} seconds, and the rest was not waited for. Send it again.`,
        { timeoutMs: stallMs },
      ),
    );
  }, stallMs);
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
