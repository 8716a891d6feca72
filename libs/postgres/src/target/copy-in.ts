import { getDefaultHighWaterMark } from 'node:stream';
import type { ClientBase } from 'pg';
import pgCopy, { type CopyStreamQuery } from 'pg-copy-streams';

/** Bytes from which on a stream says that it has a piece only once the system has taken all of it. */
const WAITED_FOR_BYTES = getDefaultHighWaterMark(false);

/**
 * One `COPY … FROM STDIN`. Bytes are handed to the socket, and the next are taken only once it has those before, so
 * that no more than one piece is in memory.
 */
export class CopyIn {
  readonly #stream: CopyStreamQuery;
  readonly #failed: Promise<never>;

  /** @param sql a whole statement */
  constructor(client: ClientBase, sql: string) {
    this.#stream = client.query(pgCopy.from(sql));
    this.#failed = new Promise<never>((_resolve, reject) => this.#stream.once('error', reject));
    // Awaited below in any case; without this a failure between two awaits would count as unhandled.
    this.#failed.catch(() => undefined);
  }

  /**
   * @param bytes may be used again when this returns
   * @throws the driver's error once the server has refused a row, of this piece or an earlier one
   */
  async write(bytes: Uint8Array): Promise<void> {
    // A copy of what the socket may still hold: the next rows are written over these.
    const piece = bytes.length < WAITED_FOR_BYTES ? Buffer.from(bytes) : bytes;
    await Promise.race([this.#failed, new Promise<void>(taken => this.#stream.write(piece, () => taken()))]);
  }

  /** @returns rows, as the server counted them */
  async end(): Promise<number> {
    await Promise.race([this.#failed, new Promise<void>(done => this.#stream.end(() => done()))]);
    return this.#stream.rowCount;
  }

  /** Gives up the copy, so that the connection can be used for the rollback. */
  async abandon(): Promise<void> {
    if (this.#stream.destroyed) return;
    const ended = new Promise<void>(resolve => this.#stream.once('close', () => resolve()));
    this.#stream.destroy();
    await ended;
  }
}
