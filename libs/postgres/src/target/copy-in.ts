import type { ClientBase } from 'pg';
import pgCopy from 'pg-copy-streams';
import type { RowBatch } from '@satchel/domain';
import type { RowDecoder } from './row-decoder.js';

/**
 * Sends rows into `COPY … FROM STDIN`. One decoded batch is in memory at a time; the next is decoded only once the
 * socket has taken the one before.
 *
 * @param sql a whole `COPY … FROM STDIN` statement in text format
 * @returns   rows, as the server counted them
 * @throws    the driver's error if the server refuses a row; whatever `rows` throws, after which the copy is ended
 */
export async function copyIn(
  client: ClientBase,
  sql: string,
  rows: AsyncIterable<RowBatch>,
  decoder: RowDecoder,
): Promise<number> {
  const stream = client.query(pgCopy.from(sql));
  const failed = new Promise<never>((_resolve, reject) => stream.once('error', reject));
  // Awaited below in any case; without this a failure between two awaits would count as unhandled.
  failed.catch(() => undefined);
  try {
    for await (const batch of rows) {
      const bytes = decoder.decode(batch);
      await Promise.race([failed, new Promise<void>(taken => stream.write(bytes, () => taken()))]);
    }
  } catch (error) {
    const ended = new Promise<void>(resolve => stream.once('close', () => resolve()));
    // Tells the server to give up the copy, so that the connection can be used for the rollback.
    stream.destroy();
    await ended;
    throw error;
  }
  await Promise.race([failed, new Promise<void>(done => stream.end(() => done()))]);
  return stream.rowCount;
}
