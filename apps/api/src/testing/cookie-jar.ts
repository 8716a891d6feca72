/** A cookie as a browser got it. */
export interface TestCookie {
  readonly value: string;
  /** As they were sent, without name and value. */
  readonly attributes: readonly string[];
}

/** The cookies that an answer sets, by their names. */
export function cookiesOf(headers: Headers): Readonly<Record<string, TestCookie>> {
  return Object.fromEntries(
    headers.getSetCookie().map(line => {
      const [pair = '', ...attributes] = line.split('; ');
      const at = pair.indexOf('=');
      return [pair.slice(0, at), { value: decodeURIComponent(pair.slice(at + 1)), attributes }];
    }),
  );
}

/** What a browser would send back. */
export function cookieHeader(cookies: Readonly<Record<string, TestCookie>>): string {
  return Object.entries(cookies)
    .map(([name, { value }]) => `${name}=${encodeURIComponent(value)}`)
    .join('; ');
}
