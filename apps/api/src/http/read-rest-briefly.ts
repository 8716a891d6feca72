import type { Request, Response } from 'express';

/** How long the rest of a request that has been answered is read, in milliseconds. */
const LINGER_MS = 2_000;

/**
 * Reads, and throws away, what is still being sent of a request that is answered already. Closing the connection at once would
 * take the answer from senders who have not looked for it yet; reading to the end would let them send for ever.
 */
export function readRestBriefly(request: Request, response: Response): void {
  response.once('finish', () => {
    request.on('error', () => undefined);
    // Whoever read it before may still be listening, and then it does not flow.
    request.removeAllListeners('readable');
    request.on('data', () => undefined);
    request.resume();
    const timer = setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
    request.once('close', () => clearTimeout(timer));
    request.once('end', () => clearTimeout(timer));
  });
}
