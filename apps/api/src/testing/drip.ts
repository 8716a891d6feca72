import { connect } from 'node:net';

/** Between two bytes, in milliseconds; the sender is never silent for longer. */
const EVERY_MS = 5;

/**
 * Sends one text at once and the next byte by byte, again and again, until the other side has had enough of it. It never
 * gives up by itself, so whoever awaits it knows that the server has cut it off.
 *
 * @returns what the server said before it closed the connection
 */
export function drip(url: string, atOnce: string, byteByByte: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise(resolve => {
    let answer = '';
    let sent = 0;
    let dripping: NodeJS.Timeout | undefined;
    const socket = connect(Number(port), hostname, () => {
      socket.write(atOnce);
      dripping = setInterval(() => {
        if (socket.writable) socket.write(byteByByte.charAt(sent++ % byteByByte.length));
      }, EVERY_MS);
    });
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    // A byte that is on its way when the other side closes is answered with a reset.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(dripping);
      resolve(answer);
    });
  });
}
