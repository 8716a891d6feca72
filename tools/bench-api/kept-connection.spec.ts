import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptConnection } from './kept-connection.ts';

describe('a kept connection', () => {
  let server: Server;
  let connection: KeptConnection;
  let answers: string[][];

  beforeEach(async () => {
    answers = [];
    server = createServer(socket => socket.on('data', () => void send(socket, answers.shift() ?? [])));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    connection = new KeptConnection((server.address() as AddressInfo).port, { authorization: 'Bearer x' });
  });

  afterEach(() => {
    connection.close();
    server.close();
  });

  async function send(socket: Socket, parts: readonly string[]): Promise<void> {
    for (const part of parts) {
      socket.write(part);
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  const head = (length: number, status = 200) =>
    `HTTP/1.1 ${status} Whatever\r\nContent-Length: ${length}\r\n\r\n`;

  it('reads answers one after the other, however they are divided', async () => {
    answers.push(
      [`${head(7)}{"a":1}`],
      ['HTTP/1.1 404 No', 't Found\r\ncontent-length: 2\r\n\r', '\n{', '}'],
    );
    expect(await connection.ask('/one', true)).toMatchObject({
      status: 200,
      body: Buffer.from('{"a":1}'),
    });
    expect(await connection.ask('/two', false)).toMatchObject({ status: 404, body: null });
  });

  it.each([
    ['has no length', ['HTTP/1.1 200 OK\r\n\r\n{}']],
    ['is longer than it says', [`${head(2)}{}}`]],
    ['is no object', [`${head(2)}[]`]],
  ])('refuses an answer that %s', async (_what, parts) => {
    answers.push(parts);
    await expect(connection.ask('/', false)).rejects.toThrow('answer');
  });
});
