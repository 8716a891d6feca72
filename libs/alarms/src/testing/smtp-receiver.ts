import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { ReceiverMood } from '@satchel/testing/conformance';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** A real SMTP server on loopback, behind a door that can keep silent. */
export interface SmtpReceiver {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** Addresses that are refused whatever the mood. */
  readonly refusedAddresses: Set<string>;
  mood: ReceiverMood;
  close(): Promise<void>;
}

export interface SmtpReceiverOptions {
  readonly user: string;
  readonly password: string;
  /** Whether STARTTLS is offered, with a certificate that nobody trusts. */
  readonly tls?: boolean;
}

const DRIP_EVERY_MS = 50;

export async function startSmtpReceiver({
  user,
  password,
  tls = false,
}: SmtpReceiverOptions): Promise<SmtpReceiver> {
  const mails: ReceivedMail[] = [];
  const refusedAddresses = new Set<string>();
  const state = { mood: 'take' as ReceiverMood };
  const smtp = new SMTPServer({
    ...(tls ? {} : { hideSTARTTLS: true }),
    allowInsecureAuth: true,
    logger: false,
    disableReverseLookup: true,
    onAuth: (auth, _session, done) => {
      if (auth.username === user && auth.password === password) done(null, { user });
      else done(reply(535, 'Authentication failed'));
    },
    onRcptTo: ({ address }, _session, done) => {
      if (state.mood === 'refuse' || refusedAddresses.has(address)) done(reply(550, `no mailbox ${address}`));
      else if (state.mood === 'unavailable') done(reply(451, 'greylisted'));
      else done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  smtp.on('error', () => undefined);
  await new Promise<void>(resolve => smtp.listen(0, '127.0.0.1', resolve));
  const behind = (smtp.server.address() as AddressInfo).port;
  const sockets = new Set<Socket>();
  const door = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    if (state.mood === 'silent') return;
    if (state.mood === 'drip') {
      const timer = setInterval(() => socket.write('220-a greeting that goes on\r\n'), DRIP_EVERY_MS);
      socket.once('close', () => clearInterval(timer));
      return;
    }
    const inner = connect(behind, '127.0.0.1');
    inner.on('error', () => socket.destroy());
    socket.once('close', () => inner.destroy());
    inner.once('close', () => socket.destroy());
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>(resolve => door.listen(0, '127.0.0.1', resolve));
  return {
    port: (door.address() as AddressInfo).port,
    mails,
    refusedAddresses,
    get mood() {
      return state.mood;
    },
    set mood(mood) {
      state.mood = mood;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>(resolve => door.close(() => resolve())),
        new Promise<void>(resolve => smtp.close(() => resolve())),
      ]);
    },
  };
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
