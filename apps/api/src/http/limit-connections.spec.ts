import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { drip } from '../testing/drip.js';
import { liftBodyLimit, limitConnections } from './limit-connections.js';

const LIMITS = { headersMs: 150, bodyMs: 150, checkEveryMs: 30 };

const HEADERS = 'POST / HTTP/1.1\r\nHost: satchel.example\r\nContent-Length: 1000000\r\n\r\n';

let server: Server;

async function serve(take: (request: IncomingMessage) => Promise<unknown>): Promise<string> {
  server = createServer((request, response) => {
    take(request).then(
      () => response.end('taken'),
      () => response.destroy(),
    );
  });
  limitConnections(server, LIMITS);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => new Promise(resolve => server.close(resolve)));

it('cuts off a client whose headers drip in', async () => {
  const url = await serve(text);
  expect(await drip(url, 'GET / HTTP/1.1\r\n', 'X-Slow: 1\r\n')).toMatch(/^HTTP\/1\.1 408 /);
});

it('cuts off a client whose body drips in', async () => {
  const url = await serve(text);
  expect(await drip(url, HEADERS, 'x')).toMatch(/^HTTP\/1\.1 408 /);
});

it('cuts off a client that has its answer and goes on sending', async () => {
  const url = await serve(async () => undefined);
  expect(await drip(url, HEADERS, 'x')).toMatch(/^HTTP\/1\.1 200 [^]*taken/);
});

it('leaves a body to whoever has a limit for it', async () => {
  const url = await serve(async request => {
    if (request.headers['x-long'] === 'yes') liftBodyLimit(request);
    await text(request);
  });
  const slow = httpRequest(url, { method: 'POST', headers: { 'X-Long': 'yes' } });
  const answered = once(slow, 'response') as Promise<[IncomingMessage]>;
  slow.write('the first half, ');
  // Another client that begins later has been cut off: the limit has come and gone.
  await drip(url, HEADERS, 'x');
  slow.end('and the second');
  const [response] = await answered;
  expect(await text(response)).toBe('taken');
});
