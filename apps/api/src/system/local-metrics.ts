import { BlockList } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import type { Metrics } from './metrics.js';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** What a proxy leaves behind: then the address is its own, and says nothing of who asks. */
const PROXY_HEADERS = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'x-real-ip',
  'via',
];

/** Answers `/metrics` to programs on the machine itself; everybody else goes on to the route, and its guards. */
export function localMetrics(metrics: Metrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.method !== 'GET' || !isFromHere(request)) next();
    else sendMetrics(metrics, response).catch(next);
  };
}

/** Whether a request comes straight from this machine. */
function isFromHere({ socket, headers }: Request): boolean {
  const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  return (
    address !== '' &&
    LOOPBACK.check(address, family) &&
    PROXY_HEADERS.every(name => headers[name] === undefined)
  );
}

export async function sendMetrics(metrics: Metrics, response: Response): Promise<void> {
  const text = await metrics.text();
  response.set({ 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }).send(text);
}
