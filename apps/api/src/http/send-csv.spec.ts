import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BackupError } from '@satchel/domain';
import type { Response } from 'express';
import { afterEach, expect, it } from 'vitest';
import type { CsvValue } from './csv.js';
import { sendCsv } from './send-csv.js';

let server: Server;

afterEach(() => new Promise(resolve => server.close(resolve)));

/** Serves rows. @returns the address, and how sending ended */
async function serve(rows: AsyncIterable<readonly CsvValue[]>) {
  let settle: (error: unknown) => void;
  const ended = new Promise<unknown>(resolve => (settle = resolve));
  server = createServer((_request, response) => {
    sendCsv(response as Response, { fileName: 'x.csv', columns: ['n', 'text'], rows }).then(
      () => settle(null),
      (error: unknown) => {
        if (!response.headersSent) response.writeHead(503).end();
        settle(error);
      },
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ended };
}

it('sends all rows after the columns, as an attachment', async () => {
  async function* rows() {
    for (let n = 1; n <= 20_000; n++) yield [n, '=1+1'];
  }
  const { url } = await serve(rows());
  const response = await fetch(url);
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="x.csv"');
  const bytes = Buffer.from(await response.arrayBuffer()).toString('utf8');
  expect(bytes.startsWith("\uFEFFn,text\r\n1,'=1+1\r\n")).toBe(true);
  expect(bytes.trimEnd().split('\r\n')).toHaveLength(20_001);
});

it('throws what fails before anything was sent', async () => {
  async function* rows(): AsyncGenerator<CsvValue[]> {
    yield* await Promise.reject<CsvValue[][]>(new BackupError('unavailable', 'The catalog is away.'));
  }
  const { url, ended } = await serve(rows());
  expect((await fetch(url)).status).toBe(503);
  expect(await ended).toMatchObject({ kind: 'unavailable' });
});

it('stops reading rows when the other side goes away', async () => {
  let closed = false;
  async function* rows(): AsyncGenerator<CsvValue[]> {
    try {
      for (let n = 1; ; n++) yield [n, 'x'.repeat(1000)];
    } finally {
      closed = true;
    }
  }
  const { url, ended } = await serve(rows());
  const controller = new AbortController();
  const response = await fetch(url, { signal: controller.signal });
  expect(response.status).toBe(200);
  controller.abort();
  expect(await ended).toMatchObject({ kind: 'cancelled' });
  expect(closed).toBe(true);
});
