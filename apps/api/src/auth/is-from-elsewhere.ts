import type { Request } from 'express';

/**
 * Whether a browser says that the page of another site makes this request. Programs that are no browser say nothing.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function isFromElsewhere(request: Pick<Request, 'headers' | 'host'>): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const host = hostOf(origin);
  // Scheme aside: a proxy that ends TLS may not be known as one. `request.host` is as the trusted proxies give it.
  return host === null || (host !== request.host && host !== request.headers.host);
}

/** @returns null for what is no origin, `null` among it */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
