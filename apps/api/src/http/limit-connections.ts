import type { Server } from 'node:http';

/** Headers have to be here by then, in milliseconds: who opens connections and says nothing does not hold them. */
const HEADERS_MS = 20_000;

/** How often idle connections are closed while the server ends, in milliseconds. */
const CLOSE_IDLE_EVERY_MS = 100;

/**
 * Sets how long connections may take. A request as a whole has no limit: uploads come over slow lines, and have one of their
 * own for silence.
 */
export function limitConnections(server: Server): void {
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = 0;
  closeIdleAtEnd(server);
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
