import { isIP } from 'node:net';
import { Secret } from '@satchel/domain';

/** A mail server as `SMTP_URL` names it. */
export interface SmtpServer {
  readonly connection: {
    readonly host: string;
    readonly port: number;
    /** TLS from the first byte. */
    readonly secure: boolean;
    /** STARTTLS, or nothing is sent. */
    readonly requireTLS: boolean;
  };
  readonly auth: { readonly user: string; readonly password: Secret<string> } | null;
}

/**
 * Reads `smtp://user:password@host:587` or `smtps://…`. A password is never sent over a line that others can read: with one,
 * STARTTLS is required, unless the server is on this machine.
 *
 * @returns null for what is no such URL
 */
export function parseSmtpUrl(text: string): SmtpServer | null {
  const url = URL.parse(text);
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') return null;
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') return null;
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  try {
    const user = decodeURIComponent(url.username);
    const auth = user === '' ? null : { user, password: new Secret(decodeURIComponent(url.password)) };
    const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
    return {
      connection: { host, port, secure, requireTLS: auth !== null && !secure && !isHere(host) },
      auth,
    };
  } catch {
    // A percent sign that begins no character.
    return null;
  }
}

function isHere(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
