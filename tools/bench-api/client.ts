import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

const API = '/backup/api';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** From the request to the last byte, in milliseconds. */
  readonly ms: number;
}

/** A client of the server on this machine that keeps its connections, as browsers do. */
export class Client {
  readonly port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1000 });
  #token: string | null = null;

  constructor(port: number) {
    this.port = port;
  }

  async signIn(username: string, password: string): Promise<void> {
    const { status, body } = await this.send(
      'POST',
      `${API}/auth/login`,
      JSON.stringify({ username, password }),
    );
    if (status !== 200) throw new Error(`Signing in answered ${status}: ${body.toString().slice(0, 300)}`);
    const token = /"access_token":"([^"]+)"/.exec(body.toString())?.[1];
    if (token === undefined) throw new Error('Signing in gave no access token.');
    this.#token = token;
  }

  get headers(): Record<string, string> {
    return this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
  }

  /** @param path below the API, or from the root where it begins with `/` */
  get(path: string): Promise<Answer> {
    return this.send('GET', path.startsWith('/') ? path : `${API}/${path}`);
  }

  post(path: string, body: object): Promise<Answer> {
    return this.send('POST', `${API}/${path}`, JSON.stringify(body));
  }

  async send(method: string, path: string, body?: string): Promise<Answer> {
    const startedMs = performance.now();
    const response = await this.open(method, path, body);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return {
      status: response.statusCode ?? 0,
      body: Buffer.concat(chunks),
      ms: performance.now() - startedMs,
    };
  }

  /** An answer whose body is still to be read. */
  async open(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const sent = request({
      host: '127.0.0.1',
      port: this.port,
      agent: this.#agent,
      method,
      path,
      headers: {
        ...this.headers,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }

  close(): void {
    this.#agent.destroy();
  }
}
