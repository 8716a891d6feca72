import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type pg from 'pg';

/** How to reach the server a second time, exactly as the first. */
export interface ServerAddress {
  readonly target: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly tls: ConnectionOptions | null;
  readonly negotiation: 'postgres' | 'direct';
}

/** What the server gave the session to cancel it with. */
export interface BackendKey {
  readonly processID: number;
  readonly secretKey: number;
}

const REPEAT_MS = 500;
const GIVE_UP_MS = 10_000;
const CANCEL_REQUEST_CODE = 80_877_102;
const SSL_REQUEST_CODE = 80_877_103;

/**
 * Makes an abort cancel the statement that runs at that moment. Where none runs, nothing happens: whoever starts the
 * next one asks the signal first.
 *
 * The request travels on its own connection and may overtake the statement, so it is repeated until the statement has
 * ended. A server that does not react at all loses the connection, which ends the transaction just as well.
 */
export function cancelOnAbort(
  client: pg.Client,
  address: ServerAddress,
  key: BackendKey,
  signal: AbortSignal,
): void {
  let idle = true;
  let repeat: NodeJS.Timeout | undefined;
  let giveUp: NodeJS.Timeout | undefined;

  const request = (): void => {
    // A request that does not get through is repeated, and in the end the connection is cut.
    sendCancelRequest(address, key).catch(() => undefined);
  };
  const stop = (): void => {
    idle = true;
    clearInterval(repeat);
    clearTimeout(giveUp);
  };
  const cancel = (): void => {
    if (isIdle(client)) return;
    idle = false;
    request();
    repeat = setInterval(request, REPEAT_MS).unref();
    giveUp = setTimeout(() => {
      if (!idle) client.connection.stream.destroy();
    }, GIVE_UP_MS).unref();
  };

  signal.addEventListener('abort', cancel, { once: true });
  client.connection.on('readyForQuery', stop);
  client.once('end', () => {
    stop();
    signal.removeEventListener('abort', cancel);
  });
}

/** The driver's own flag: it is cleared in the same step that writes a statement to the socket. */
function isIdle(client: pg.Client): boolean {
  return Reflect.get(client, 'readyForQuery') === true;
}

async function sendCancelRequest(address: ServerAddress, key: BackendKey): Promise<void> {
  const signal = AbortSignal.timeout(GIVE_UP_MS / 2);
  const plain = connectSocket(address.target);
  plain.unref();
  try {
    await once(plain, 'connect', { signal });
    const socket = address.tls === null ? plain : await secure(plain, address, signal);
    const message = Buffer.alloc(16);
    message.writeInt32BE(16, 0);
    message.writeInt32BE(CANCEL_REQUEST_CODE, 4);
    message.writeInt32BE(key.processID, 8);
    message.writeInt32BE(key.secretKey, 12);
    const closed = once(socket, 'close', { signal });
    socket.end(message);
    socket.resume();
    await closed;
  } finally {
    plain.on('error', () => undefined);
    plain.destroy();
  }
}

async function secure(plain: Socket, address: ServerAddress, signal: AbortSignal): Promise<Socket> {
  if (address.negotiation === 'postgres') {
    const message = Buffer.alloc(8);
    message.writeInt32BE(8, 0);
    message.writeInt32BE(SSL_REQUEST_CODE, 4);
    plain.write(message);
    const received: readonly unknown[] = await once(plain, 'data', { signal });
    const answer = received[0];
    if (!Buffer.isBuffer(answer) || answer.toString('latin1') !== 'S') {
      throw new Error('The server does not support SSL connections');
    }
  }
  const socket = connectTls({ ...address.tls, socket: plain });
  socket.unref();
  await once(socket, 'secureConnect', { signal });
  return socket;
}
