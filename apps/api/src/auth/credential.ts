import { TOKEN_PREFIX } from '@satchel/use-cases';
import type { Request } from 'express';
import { accessCookieOf } from './session-cookies.js';

/** What a request shows to say who makes it; not looked at yet. */
export interface Credential {
  readonly kind: 'access token' | 'api token';
  readonly text: string;
  readonly via: 'bearer' | 'cookie';
}

/**
 * The header before the cookie: who writes a header has decided for it. A header that is no bearer token of ours is a
 * wrong credential, not none, so that nobody believes themselves signed in by it.
 */
export function credentialOf(request: Request): Credential | null {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const text = /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
    return { kind: text.startsWith(TOKEN_PREFIX) ? 'api token' : 'access token', text, via: 'bearer' };
  }
  const cookie = accessCookieOf(request);
  return cookie === null ? null : { kind: 'access token', text: cookie, via: 'cookie' };
}
