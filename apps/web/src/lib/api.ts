import { ApiError as Refusal, client, unwrap } from '@satchel/api-client';
import { ApiError } from './api-error.js';
import { csrfToken } from './csrf-token.js';
import { takeFirstAnswer } from './first-requests.js';
import { API_BASE } from './paths.js';
import { renewSession } from './renew-session.js';

const AUTHENTICATION_FAILED = 401;
const SAFE_METHODS = ['GET', 'HEAD'];

/** Requests that say who one is: a 401 there is an answer, not a session to renew. */
const NEVER_RENEWED = ['/auth/login', '/auth/refresh', '/auth/logout'];

client.setConfig({ baseUrl: '', credentials: 'same-origin', fetch: fetchInSession });

/**
 * Takes the data out of what a function of the generated client answers.
 *
 * @throws ApiError; DOMException `AbortError` if the request was cancelled
 */
export async function ask<T extends { data: unknown; message: string }>(
  asked: Parameters<typeof unwrap<T>>[0],
): Promise<T['data']> {
  try {
    return await unwrap(asked);
  } catch (error) {
    throw toApiError(error);
  }
}

/** Sends a request as whoever is signed in. A session that has run out is renewed once, and the request sent again. */
async function fetchInSession(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = withCsrfToken(new Request(input, init));
  const again = request.clone();
  const response = await (takeFirstAnswer(request) ?? fetch(request));
  if (response.status !== AUTHENTICATION_FAILED || isNeverRenewed(request.url)) return response;
  if (!(await renewSession(refresh))) return response;
  return fetch(withCsrfToken(again));
}

/**
 * Runs what talks to the API by another way than `fetch`; where it meets an ended session, that is renewed and it runs once more.
 *
 * @throws ApiError `auth_error` if the session cannot be renewed
 */
export async function renewing<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'auth_error') throw error;
    if (!(await renewSession(refresh))) throw error;
    return await attempt();
  }
}

/** @returns whether the session goes on. @throws ApiError where the server could not be asked */
async function refresh(): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch(`${API_BASE}/auth/refresh`, {
      method: 'POST',
      headers: csrfHeader(),
      credentials: 'same-origin',
    });
  } catch (cause) {
    throw new ApiError('offline', UNREACHABLE, {}, {}, { cause });
  }
  if (response.ok) return true;
  if (response.status < 500 && response.status !== 429) return false;
  throw readRefusal(response.status, await response.text());
}

function withCsrfToken(request: Request): Request {
  if (SAFE_METHODS.includes(request.method)) return request;
  for (const [name, value] of Object.entries(csrfHeader())) request.headers.set(name, value);
  return request;
}

export function csrfHeader(): Record<string, string> {
  const token = csrfToken();
  return token === null ? {} : { 'X-CSRF-Token': token };
}

function isNeverRenewed(address: string): boolean {
  return NEVER_RENEWED.some(path => address.includes(`${API_BASE}${path}`));
}

const UNREACHABLE = 'The server could not be reached.';

function toApiError(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { cause } = error;
  if (error.status > 0) {
    const retryAfterSeconds = error.details['retry_after_seconds'];
    return new ApiError(error.errorType, error.message, error.details, {
      ...(error.requestId === null ? {} : { requestId: error.requestId }),
      ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
    });
  }
  if (cause instanceof DOMException && cause.name === 'AbortError') return cause;
  if (cause instanceof ApiError) return cause;
  return new ApiError('offline', UNREACHABLE, {}, {}, { cause });
}

interface Envelope {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly data?: unknown;
  readonly error_type?: unknown;
  readonly details?: unknown;
}

/** Opens an answer that did not come through the generated client. @throws ApiError for everything but success */
export function readEnvelope<T>(status: number, text: string): T {
  const envelope = parse(text);
  if (status < 400 && envelope?.status === 'success') return envelope.data as T;
  throw readRefusal(status, text);
}

function readRefusal(status: number, text: string): ApiError {
  const envelope = parse(text);
  if (typeof envelope?.error_type === 'string' && typeof envelope.message === 'string') {
    const details = isRecord(envelope.details) ? envelope.details : {};
    return new ApiError(envelope.error_type as ApiError['kind'], envelope.message, details);
  }
  // A proxy in between answers in its own words.
  if (status === 413) return new ApiError('too_large', 'The file is larger than the server takes.');
  return new ApiError(status >= 500 ? 'unavailable' : 'system_error', UNREACHABLE);
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

/** The address of an endpoint, for links that the browser follows by itself. */
export function addressOf(
  path: string,
  query: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) if (one !== '') search.append(name, one);
  }
  const text = search.toString();
  return `${API_BASE}/${path}${text === '' ? '' : `?${text}`}`;
}
