import type { Abortable } from './abortable.js';

/**
 * Yields a body's chunks one at a time, the next one asked for only when the last has been dealt with. A body that never
 * yields again does not hold up an abort. However it ends, the body is told so that it can let go of what it holds.
 */
export async function* pullBody(
  body: AsyncIterable<Uint8Array>,
  stop: Abortable,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const result = await stop.race(iterator.next()).catch((error: unknown) => {
        ended = !stop.aborted;
        throw error;
      });
      if (result.done) {
        ended = true;
        return;
      }
      yield result.value;
    }
  } finally {
    if (!ended && iterator.return) {
      const returned = iterator.return().catch(() => undefined);
      // A generator that hangs in `next` answers `return` only after it: do not wait for it once aborted.
      if (!stop.aborted) await stop.race(returned).catch(() => undefined);
    }
  }
}
