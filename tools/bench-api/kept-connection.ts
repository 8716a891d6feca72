import { connect, type Socket } from 'node:net';

export interface Told {
  readonly status: number;
  /** From the question to the last byte, in milliseconds. */
  readonly ms: number;
  /** Null unless it was asked for. */
  readonly body: Buffer | null;
}

interface Asked {
  readonly at: number;
  readonly keepBody: boolean;
  readonly resolve: (told: Told) => void;
  readonly reject: (error: Error) => void;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const BRACE = '}'.charCodeAt(0);

/**
 * A connection that is kept, with one question at a time on it. It reads of an answer what it must, its status and its length,
 * because whoever loads a server from the same machine takes away what the server could answer with. Each answer has to be whole.
 */
export class KeptConnection {
  readonly #socket: Socket;
  readonly #head: string;
  #asked: Asked | null = null;
  #status = 0;
  /** Bytes of the body that are still to come; -1 while the head is read. */
  #missing = -1;
  #read: Buffer[] = [];

  /** @param headers sent with each question */
  constructor(port: number, headers: Readonly<Record<string, string>>) {
    const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers });
    this.#head = ` HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', chunk => this.#take(chunk));
    this.#socket.on('error', error => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The server closed a connection that is kept.')));
  }

  /** @param keepBody whether the body is wanted, to look at it */
  ask(path: string, keepBody: boolean): Promise<Told> {
    return new Promise((resolve, reject) => {
      this.#asked = { at: performance.now(), keepBody, resolve, reject };
      this.#missing = -1;
      this.#socket.write(`GET ${path}${this.#head}`, 'latin1');
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#missing >= 0) return this.#takeBody(chunk);
    const head = this.#read.length === 0 ? chunk : Buffer.concat([...this.#read, chunk]);
    this.#read = [];
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0) {
      this.#read.push(head);
      return;
    }
    const text = head.toString('latin1', 0, end);
    this.#status = Number(text.slice(9, 12));
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
    if (length === undefined) return this.#fail(new Error(`An answer does not say its length:\n${text}`));
    this.#missing = Number(length);
    this.#takeBody(head.subarray(end + END_OF_HEAD.length));
  }

  #takeBody(part: Buffer): void {
    this.#missing -= part.length;
    if (this.#asked?.keepBody) this.#read.push(part);
    if (this.#missing > 0) return;
    if (this.#missing < 0 || part.at(-1) !== BRACE) {
      return this.#fail(new Error('An answer is not as long as it says, or is no JSON object.'));
    }
    const asked = this.#asked;
    if (asked === null) return;
    const body = asked.keepBody ? Buffer.concat(this.#read) : null;
    this.#asked = null;
    this.#read = [];
    asked.resolve({ status: this.#status, ms: performance.now() - asked.at, body });
  }

  #fail(error: Error): void {
    this.#asked?.reject(error);
    this.#asked = null;
    this.#socket.destroy();
  }
}
