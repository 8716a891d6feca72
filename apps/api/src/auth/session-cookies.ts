import type { ServerConfig } from '@satchel/wiring';
import type { CookieOptions, Request, Response } from 'express';

/** The access token; the browser sends it with each request to us. */
export const ACCESS_COOKIE = 'satchel_access';
/** `<session id>.<refresh token>`; sent only to where it is exchanged. */
export const REFRESH_COOKIE = 'satchel_refresh';
/** The one that pages may read, to send it back as `X-CSRF-Token`. */
export const CSRF_COOKIE = 'satchel_csrf';

const PATH = '/backup';
const REFRESH_PATH = '/backup/api/auth/refresh';

export interface SessionCookieValues {
  readonly sessionId: string;
  readonly accessToken: string;
  readonly accessMaxAgeMs: number;
  readonly refreshToken: string;
  readonly csrfToken: string;
  readonly sessionMaxAgeMs: number;
}

/** Keeps a session in a browser, out of the reach of scripts. */
export class SessionCookies {
  constructor(private readonly secure: ServerConfig['cookieSecure']) {}

  set(request: Request, response: Response, values: SessionCookieValues): void {
    const { accessMaxAgeMs, sessionMaxAgeMs } = values;
    const shared = this.#shared(request);
    response.cookie(ACCESS_COOKIE, values.accessToken, { ...shared, maxAge: accessMaxAgeMs });
    response.cookie(REFRESH_COOKIE, `${values.sessionId}.${values.refreshToken}`, {
      ...shared,
      path: REFRESH_PATH,
      maxAge: sessionMaxAgeMs,
    });
    response.cookie(CSRF_COOKIE, values.csrfToken, { ...shared, httpOnly: false, maxAge: sessionMaxAgeMs });
  }

  clear(request: Request, response: Response): void {
    const shared = this.#shared(request);
    response.clearCookie(ACCESS_COOKIE, shared);
    response.clearCookie(REFRESH_COOKIE, { ...shared, path: REFRESH_PATH });
    response.clearCookie(CSRF_COOKIE, { ...shared, httpOnly: false });
  }

  #shared(request: Request): CookieOptions {
    const secure = this.secure === 'auto' ? request.secure : this.secure === 'true';
    return { httpOnly: true, sameSite: 'strict', path: PATH, secure };
  }
}

/** @returns null where the browser has none, or it is none of ours */
export function accessCookieOf(request: Request): string | null {
  return cookieOf(request, ACCESS_COOKIE);
}

/** The refresh token, and the session that its CSRF token has to be of. @returns null as above */
export function refreshCookieOf(request: Request): { sessionId: string; refreshToken: string } | null {
  const [, sessionId, refreshToken] =
    /^([0-9a-f-]{36})\.([\w-]{1,100})$/.exec(cookieOf(request, REFRESH_COOKIE) ?? '') ?? [];
  return sessionId === undefined || refreshToken === undefined ? null : { sessionId, refreshToken };
}

function cookieOf(request: Request, name: string): string | null {
  const cookies = request.cookies as Readonly<Record<string, unknown>> | undefined;
  const value = cookies?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
