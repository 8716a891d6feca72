import { BackupError } from '@satchel/domain';

/** Whom a request goes to. */
export interface Receiver {
  readonly url: URL;
  /** The setting that says so, which errors name: an address may hold a token, so it is never told itself. */
  readonly setting: string;
  readonly timeoutMs: number;
}

export interface ReceiverRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Refusals that pass: the other side has too much to do, or was too slow itself. */
const PASSING = new Set([408, 425, 429]);

/**
 * Asks somebody else's server to take something. It is cut off when the time is over, whatever it does; redirects are not
 * followed, so that a message with a secret in its address goes nowhere else.
 *
 * @throws BackupError `unavailable` if another try may help, `validation_error` if not. Neither has a cause: the words of
 *   a failed request may hold its address
 */
export async function callReceiver(
  { url, setting, timeoutMs }: Receiver,
  { method, headers, body }: ReceiverRequest,
  signal?: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { 'User-Agent': 'Satchel', ...headers },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body }),
    });
  } catch (thrown) {
    const reason = timeout.aborted
      ? `did not answer within ${timeoutMs / 1000} seconds`
      : signal?.aborted
        ? 'was not waited for: this process ends'
        : `is out of reach (${networkCode(thrown)})`;
    throw new BackupError('unavailable', `The receiver of ${setting} ${reason}.`, { setting });
  }
  // Nobody reads what it says: it may be long, slow, or hold what was sent to it.
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw refusal(response, setting);
}

/** The address with words added to its path, before a query if it has one. */
export function withPath(url: URL, suffix: string): URL {
  const extended = new URL(url);
  extended.pathname = `${url.pathname.replace(/\/$/, '')}${suffix}`;
  return extended;
}

function refusal({ status, headers }: Response, setting: string): BackupError {
  if (status >= 500 || PASSING.has(status)) {
    const retryAfterMs = waitOf(headers.get('retry-after'));
    return new BackupError('unavailable', `The receiver of ${setting} cannot take it now (HTTP ${status}).`, {
      setting,
      status,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
  }
  const why = status >= 300 && status < 400 ? 'sends us elsewhere, which is not followed' : 'refuses it';
  return new BackupError(
    'validation_error',
    `The receiver of ${setting} ${why} (HTTP ${status}). Check ${setting}.`,
    { setting, status },
  );
}

/** `Retry-After` in milliseconds, at most a day; null if there is none that makes sense. */
function waitOf(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) || ms < 0 ? null : Math.min(ms, 86_400_000);
}

/** `ECONNREFUSED` and its like; the words beside it are not told. */
function networkCode(thrown: unknown): string {
  for (let at: unknown = thrown; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(at.code)) return at.code;
  }
  return 'no connection';
}
