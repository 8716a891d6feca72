import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Size of the one buffer that a connection reads into. */
const READ_BYTES = 256 * 1024;

const borrowing = new WeakSet<Duplex>();

/**
 * Makes a socket that reads into one buffer of its own. Node would allocate one of 64 KB for each read, and the server
 * sends 8 KB at a time: reading a large table would be mostly collecting garbage.
 *
 * Its `data` events carry a copy, as the driver's parser keeps what it gets; while reads are borrowed, they carry the
 * buffer itself.
 */
export function readingSocket(): Socket {
  const socket: Socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (length, buffer) => {
        const bytes = buffer.subarray(0, length);
        socket.emit('data', borrowing.has(socket) ? bytes : Buffer.from(bytes));
        return true;
      },
    },
  });
  return socket;
}

/** Says that listeners to `data` are done with the bytes when they return, so that they need not be copied for them. */
export function borrowReads(stream: Duplex): void {
  borrowing.add(stream);
}

export function returnReads(stream: Duplex): void {
  borrowing.delete(stream);
}
