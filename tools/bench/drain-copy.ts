import type { Socket } from 'node:net';
import pg from 'pg';

/*
 * The floor under every backup: reads all rows of all tables as COPY's text and throws them away. Started with the
 * database's URL and the schemas to leave out; says how many bytes came.
 */

const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const MESSAGE_HEADER_BYTES = 5;

/** One COPY whose bytes are looked at only as far as it takes to know where they end. */
class DrainedCopy {
  readonly done: Promise<void>;
  bytes = 0;
  readonly #statement: string;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #socket: Socket | null = null;
  #listeners: ((chunk: Buffer) => void)[] = [];
  /** Bytes of the message under way that are still to come; its header's, if it is cut. */
  #skip = 0;
  #header: Buffer = Buffer.alloc(0);

  constructor(statement: string) {
    this.#statement = statement;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: pg.Connection): void {
    const socket = connection.stream as Socket;
    this.#socket = socket;
    // From here on the socket's bytes are ours, until COPY is done.
    this.#listeners = socket.listeners('data') as ((chunk: Buffer) => void)[];
    for (const listener of this.#listeners) socket.removeListener('data', listener);
    socket.on('data', this.#take);
    connection.query(this.#statement);
  }

  readonly #take = (chunk: Buffer): void => {
    let buffer = chunk;
    if (this.#header.length > 0) {
      buffer = Buffer.concat([this.#header, chunk]);
      this.#header = Buffer.alloc(0);
    }
    let at = this.#skip;
    this.#skip = 0;
    while (at + MESSAGE_HEADER_BYTES <= buffer.length) {
      const type = buffer[at];
      const length = buffer.readUInt32BE(at + 1);
      if (type === COPY_DATA) this.bytes += length - 4;
      // What begins the answer (CopyOutResponse) is passed over as rows are; an error ends it as CopyDone does.
      else if (type === COPY_DONE || type === 0x45) {
        this.#handBack(buffer.subarray(at));
        return;
      }
      at += 1 + length;
    }
    if (at < buffer.length) this.#header = buffer.subarray(at);
    else this.#skip = at - buffer.length;
  };

  #handBack(rest: Buffer): void {
    this.#socket?.removeListener('data', this.#take);
    for (const listener of this.#listeners) this.#socket?.on('data', listener);
    this.#socket?.emit('data', rest);
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}
  handleCopyInResponse(): void {}
  handleEmptyQuery(): void {}
}

const [url, ...excluded] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
const { rows } = await client.query<{ table: string }>(
  `SELECT format('%I.%I', schemaname, tablename) AS table FROM pg_tables
   WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND schemaname <> ALL ($1) ORDER BY 1`,
  [excluded],
);
let bytes = 0;
for (const { table } of rows) {
  const copy = new DrainedCopy(`COPY ${table} TO STDOUT`);
  client.query(copy);
  await copy.done;
  bytes += copy.bytes;
}
await client.end();
process.stdout.write(JSON.stringify({ bytes }));
