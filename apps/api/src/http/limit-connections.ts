import type { IncomingMessage, Server } from 'node:http';

export interface ConnectionLimits {
  /** Headers have to be here by then: who opens connections and says nothing does not hold them. */
  readonly headersMs: number;
  /** And a body that is no upload by then, however it drips in: the largest are of 100 KB. */
  readonly bodyMs: number;
  /** How often connections whose headers are late are looked for; the limit above is kept as exactly as this. */
  readonly checkEveryMs: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 20_000,
  bodyMs: 30_000,
  checkEveryMs: 2_000,
};

/** How often idle connections are closed while the server ends, in milliseconds. */
const CLOSE_IDLE_EVERY_MS = 100;

/** As Node answers late headers: whoever is that slow is told in one line, and no more is read. */
const TOO_SLOW = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

const bodyTimers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/**
 * Sets how long connections may take to say what they want. Call it before the server listens. A request as a whole has no
 * limit: answers may take long, and uploads come over slow lines; see `liftBodyLimit`.
 */
export function limitConnections(server: Server, limits: ConnectionLimits = CONNECTION_LIMITS): void {
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = 0;
  // Node reads it when it begins to listen; its types know it only as an option of the constructor, which is Nest's to call.
  Object.assign(server, { connectionsCheckingInterval: limits.checkEveryMs });
  // Before whoever answers, so that their lifting finds what there is to lift.
  server.prependListener('request', (request: IncomingMessage) => limitBody(request, limits.bodyMs));
  closeIdleAtEnd(server);
}

/** Whoever reads this body has a limit of their own, made for long ones. */
export function liftBodyLimit(request: IncomingMessage): void {
  clearTimeout(bodyTimers.get(request));
}

/** Also of a request that is answered already: its connection would be held by what still drips in. */
function limitBody(request: IncomingMessage, bodyMs: number): void {
  if (!hasBody(request)) return;
  const { socket } = request;
  const writtenBefore = socket.bytesWritten;
  const timer = setTimeout(() => {
    if (request.complete) return;
    if (socket.bytesWritten === writtenBefore) socket.write(TOO_SLOW);
    socket.destroySoon();
  }, bodyMs).unref();
  bodyTimers.set(request, timer);
  request.once('close', () => clearTimeout(timer));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** `close` waits for connections that are kept alive, also when the last request on them was answered after it. */
function closeIdleAtEnd(server: Server): void {
  const close = server.close.bind(server);
  server.close = callback => {
    const closing = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS).unref();
    server.once('close', () => clearInterval(closing));
    return close(callback);
  };
}
