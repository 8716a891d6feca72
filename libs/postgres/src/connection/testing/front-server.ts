import { connect, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { IssuedCertificate } from './certificate.js';

export interface FrontOptions {
  /** The PostgreSQL server that is talked to in the end. */
  readonly target: { readonly host: string; readonly port: number };
  /** Where to listen: a free port of 127.0.0.1, unless a socket's path is given. */
  readonly path?: string;
  /** TLS is offered where there is one; else the answer is that there is none. */
  readonly certificate?: IssuedCertificate;
  /** Answers that log-ins without TLS are not allowed, as `hostssl` lines of pg_hba.conf do. */
  readonly refusePlain?: boolean;
}

/** Stands in front of a real PostgreSQL server and speaks TLS for it. */
export interface FrontServer {
  readonly port: number;
  /** The server names that clients have sent with their TLS handshakes. */
  readonly serverNames: readonly unknown[];
  /** How many connections came with and without TLS. */
  readonly counts: { tls: number; plain: number; cancel: number };
  /** Cuts all connections, as a server does that dies. */
  cut(): void;
  close(): Promise<void>;
}

const SSL_REQUEST = Buffer.from('0000000804d2162f', 'hex');
const CANCEL_CODE = 80_877_102;

export async function startFrontServer(options: FrontOptions): Promise<FrontServer> {
  const sockets = new Set<Socket>();
  const serverNames: unknown[] = [];
  const counts = { tls: 0, plain: 0, cancel: 0 };
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    return socket;
  };

  const forward = (client: Socket, first: Buffer): void => {
    if (first.readInt32BE(4) === CANCEL_CODE) counts.cancel++;
    const server = keep(connect(options.target));
    server.write(first);
    client.on('data', chunk => server.write(chunk)).on('close', () => server.end());
    server.on('data', chunk => client.write(chunk)).on('close', () => client.end());
  };

  const listener: Server = createServer(socket => {
    keep(socket).once('data', first => {
      if (!first.equals(SSL_REQUEST)) {
        counts.plain++;
        if (options.refusePlain && first.readInt32BE(4) !== CANCEL_CODE) socket.end(refusal());
        else forward(socket, first);
        return;
      }
      if (options.certificate === undefined) {
        socket.write('N');
        socket.once('data', next => {
          counts.plain++;
          forward(socket, next);
        });
        return;
      }
      socket.write('S');
      counts.tls++;
      const { certificate: cert, key } = options.certificate;
      const secure = new TLSSocket(socket, { isServer: true, cert, key });
      secure.on('error', () => undefined);
      secure.once('secure', () => serverNames.push(Reflect.get(secure, 'servername')));
      secure.once('data', (next: Buffer) => forward(secure, next));
    });
  });

  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    if (options.path === undefined) listener.listen(0, '127.0.0.1', resolve);
    else listener.listen(options.path, resolve);
  });
  const address = listener.address();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address === null || typeof address === 'string' ? 0 : address.port,
    serverNames,
    counts,
    cut,
    close: async () => {
      const closed = new Promise<void>(resolve => listener.close(() => resolve()));
      cut();
      await closed;
    },
  };
}

/** An ErrorResponse of the protocol. */
function refusal(): Buffer {
  const fields = ['SFATAL', 'VFATAL', 'C28000', 'Mno pg_hba.conf entry for host, no encryption', ''];
  const body = Buffer.from(fields.map(field => `${field}\0`).join(''), 'utf8');
  const header = Buffer.alloc(5, 'E');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}
