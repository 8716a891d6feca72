import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReceiverMood } from '@satchel/testing/conformance';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real HTTP server on loopback that can be in a bad mood. */
export interface HttpReceiver {
  readonly origin: string;
  /** Taken requests, oldest first. */
  readonly requests: readonly HttpRequest[];
  /** Requests that came to the address a redirect names. */
  readonly elsewhere: number;
  mood: ReceiverMood;
  /** What `unavailable` says; 503 unless told. */
  unavailableStatus: number;
  retryAfter: string | null;
  close(): Promise<void>;
}

const DRIP_EVERY_MS = 50;

export async function startHttpReceiver(): Promise<HttpReceiver> {
  const requests: HttpRequest[] = [];
  let elsewhere = 0;
  const other = await listen((_request, response) => {
    elsewhere += 1;
    response.end('ok');
  });
  const server = await listen((request, response) => void take(request, response));
  const receiver = {
    origin: originOf(server),
    requests,
    get elsewhere() {
      return elsewhere;
    },
    mood: 'take' as ReceiverMood,
    unavailableStatus: 503,
    retryAfter: null as string | null,
    close: async () => {
      await Promise.all([closed(server), closed(other)]);
    },
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    switch (receiver.mood) {
      case 'take':
        requests.push({
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        });
        // Some answer with more than anybody wants to read.
        response.writeHead(200, { 'Content-Type': 'text/plain' }).end('ok'.repeat(100_000));
        return;
      case 'refuse':
        response.writeHead(404).end(`no such hook: ${request.url}`);
        return;
      case 'unavailable':
        response
          .writeHead(
            receiver.unavailableStatus,
            receiver.retryAfter === null ? {} : { 'Retry-After': receiver.retryAfter },
          )
          .end();
        return;
      case 'redirect':
        response.writeHead(307, { Location: `${originOf(other)}${request.url}` }).end();
        return;
      case 'silent':
        return;
      case 'drip': {
        // A head that never ends: each byte keeps an idle timer from running out.
        const { socket } = request;
        socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
        const timer = setInterval(() => socket.write('x'), DRIP_EVERY_MS);
        socket.on('error', () => undefined).once('close', () => clearInterval(timer));
      }
    }
  }
  return receiver;
}

function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handler);
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
