import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Clock } from '@satchel/domain';
import { pino } from 'pino';
import { loadWiringConfig } from '@satchel/wiring';
import { createServer } from '../create-server.js';
import type { ConnectionLimits } from '../http/limit-connections.js';

/** The real server, on a free port of this machine. */
export interface TestServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly app: NestExpressApplication;
  /** `SATCHEL_HOME`, `BACKUP_DIR` and the like are below it; it is removed at the end. */
  readonly folder: string;
  /** What was told to whoever started the server. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}

/** The server with somebody signed in. */
export interface TestApi extends TestServer {
  /** A bearer token of `TEST_ADMIN`, who may do everything. */
  readonly adminToken: string;
  /** Asks as the administrator, unless `token` says otherwise; null: as nobody. An object as body is sent as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<TestAnswer>;
}

export interface CallOptions {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; an empty object if it is no JSON object. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface TestApiOptions {
  /** Settings by their names, e.g. `DATABASE_URL`; folders have values of their own where none is given. */
  readonly env: Readonly<Record<string, string>>;
  /** Whose time the server goes by; of the machine, if none is given. */
  readonly clock?: Clock;
  /** How slow a client may be; as slow as the product allows, if nothing is given. */
  readonly limits?: ConnectionLimits;
}

export const TEST_ADMIN = { username: 'admin', password: 'a password for tests' };

/** Starts the server, and signs in `TEST_ADMIN`, whom it makes on a database without an administrator. */
export async function startTestApi({ env, ...options }: TestApiOptions): Promise<TestApi> {
  const admin = { SATCHEL_ADMIN_USER: TEST_ADMIN.username, SATCHEL_ADMIN_PASSWORD: TEST_ADMIN.password };
  const server = await openTestServer({ env: { ...admin, ...env }, ...options });
  try {
    const adminToken = await signIn(server.url, TEST_ADMIN);
    return {
      ...server,
      adminToken,
      call: (method, path, { token = adminToken, ...rest } = {}) =>
        callApi(server.url, method, path, { token, ...rest }),
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Starts the server on its database, which is migrated. */
export async function openTestServer({ env, clock, limits }: TestApiOptions): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'satchel-api-'));
  const notices: string[] = [];
  let app: NestExpressApplication | undefined;
  const close = async (): Promise<void> => {
    await app?.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const config = loadWiringConfig({ env: { LOG_LEVEL: 'error', PORT: '0', ...env }, cwd: folder });
    const options = {
      config,
      log: pino({ level: 'error' }, pino.destination(2)),
      notice: (line: string) => void notices.push(line),
      ...(clock && { clock }),
    };
    app = await createServer(options, limits);
    await app.listen(0, '127.0.0.1');
    return { url: await app.getUrl(), app, folder, notices, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns the access token of a new session */
export async function signIn(
  url: string,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<string> {
  const { status, json, text } = await callApi(url, 'POST', '/backup/api/auth/login/', {
    body: { username, password },
  });
  const { access_token: token } = (json['data'] ?? {}) as { access_token?: unknown };
  if (status !== 200 || typeof token !== 'string') throw new Error(`no sign-in: ${status} ${text}`);
  return token;
}

/** @param path below the server's root, with its slash: `/backup/api/history/` */
export async function callApi(
  url: string,
  method: string,
  path: string,
  { token = null, body, headers = {} }: CallOptions = {},
): Promise<TestAnswer> {
  const asJson = body !== undefined && !(body instanceof FormData) && typeof body !== 'string';
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(asJson ? { 'Content-Type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: asJson ? JSON.stringify(body) : body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: toObject(text) };
}

function toObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
