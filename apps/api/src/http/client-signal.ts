import { BackupError } from '@satchel/domain';
import type { Request, Response } from 'express';

/**
 * Ends when the client goes away before it has its answer, so that nobody works for nobody.
 *
 * @param others further reasons to stop, such as the end of the server
 */
export function clientSignal(
  request: Request,
  response: Response,
  ...others: readonly AbortSignal[]
): AbortSignal {
  const gone = new AbortController();
  const leave = (): void => {
    if (response.writableFinished) return;
    gone.abort(
      new BackupError('cancelled', 'The connection was closed before the answer; nothing was changed.'),
    );
  };
  if (request.destroyed && !request.complete) leave();
  response.once('close', leave);
  return others.length === 0 ? gone.signal : AbortSignal.any([gone.signal, ...others]);
}
