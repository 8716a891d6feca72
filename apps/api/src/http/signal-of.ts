import type { Response } from 'express';

/** Says when the other side has gone away before it had its answer: what is done for it can stop then. */
export function signalOf(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
