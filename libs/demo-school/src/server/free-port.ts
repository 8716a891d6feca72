import { createServer } from 'node:net';

/** Asks the system for a TCP port of 127.0.0.1 that is free now; another process may take it at once. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>(resolve => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('the system gave no TCP port');
  return address.port;
}
