import { ApiError, isApiError } from './api-error.js';
import { ERROR_KINDS } from './contract.js';
import type { ErrorKind } from './contract.js';
import { csrfToken } from './csrf-token.js';
import { renewSession } from './renew-session.js';

/** Where the API is, seen from the page. */
export const API_BASE = '/backup/api';

export type QueryValue = string | number | boolean | null | undefined | readonly string[];

export interface RequestOptions {
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Requests that say who one is: a 401 there is an answer, not a session to renew. */
const NEVER_RENEWED = ['auth/login', 'auth/refresh', 'auth/logout'];

/**
 * Asks the API. A session that has run out is renewed once, and the request made again.
 *
 * @returns the envelope's data
 * @throws  ApiError
 */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  return renewing(path, () => send<T>(method, path, options));
}

/**
 * Runs what talks to the API; where it meets an ended session, that is renewed and it runs a second time.
 *
 * @throws ApiError `auth_error` if the session cannot be renewed
 */
export async function renewing<T>(path: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isApiError(error, 'auth_error') || NEVER_RENEWED.includes(path)) throw error;
    if (!(await renewSession(() => send('POST', 'auth/refresh', {})))) throw error;
    return await attempt();
  }
}

async function send<T>(method: Method, path: string, { query, body, signal }: RequestOptions): Promise<T> {
  const response = await reach(addressOf(path, query), {
    method,
    headers: headersOf(method, body),
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  return readEnvelope<T>(response.status, await response.text(), response.headers.get('Retry-After'));
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError('offline', 'The server could not be reached.', {}, {}, { cause });
  }
}

function headersOf(method: Method, body: unknown): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(method === 'GET' ? {} : csrfHeader()),
  };
}

export function csrfHeader(): Record<string, string> {
  const token = csrfToken();
  return token === null ? {} : { 'X-CSRF-Token': token };
}

/** The address of an endpoint, also for links that the browser follows by itself. */
export function addressOf(path: string, query: RequestOptions['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    if (Array.isArray(value)) for (const one of value as readonly string[]) search.append(name, one);
    else search.set(name, String(value));
  }
  const text = search.toString();
  return `${API_BASE}/${path}${text === '' ? '' : `?${text}`}`;
}

interface Envelope {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly data?: unknown;
  readonly error_type?: unknown;
  readonly details?: unknown;
  readonly request_id?: unknown;
}

/** Opens an answer. @throws ApiError for everything but success */
export function readEnvelope<T>(status: number, text: string, retryAfter: string | null): T {
  const envelope = parse(text);
  if (status < 400 && envelope?.status === 'success') return envelope.data as T;
  throw new ApiError(
    kindOf(status, envelope?.error_type),
    typeof envelope?.message === 'string'
      ? envelope.message
      : 'The server gave an answer that could not be read.',
    isRecord(envelope?.details) ? envelope.details : {},
    {
      ...(typeof envelope?.request_id === 'string' ? { requestId: envelope.request_id } : {}),
      ...(retryAfter !== null && Number.isFinite(Number(retryAfter))
        ? { retryAfterSeconds: Number(retryAfter) }
        : {}),
    },
  );
}

function kindOf(status: number, named: unknown): ErrorKind {
  const known = ERROR_KINDS.find(kind => kind === named);
  if (known !== undefined) return known;
  // A proxy in between answers in its own words.
  if (status === 413) return 'too_large';
  return status === 502 || status === 503 || status === 504 ? 'unavailable' : 'system_error';
}

function parse(text: string): Envelope | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
