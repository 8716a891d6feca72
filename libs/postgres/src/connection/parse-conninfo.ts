import { BackupError } from '@satchel/domain';

/** The text of `DATABASE_URL` as keywords and values; a keyword given twice has its last value, as in libpq. */
export type Conninfo = ReadonlyMap<string, string>;

const URI_PREFIXES = ['postgresql://', 'postgres://'];

/**
 * Reads a connection string in either of libpq's two forms: a URI, or `keyword=value` pairs.
 *
 * Messages never repeat a value, and a keyword only where it looks like one: a password that was not
 * percent-encoded can end up in any place of the text.
 *
 * @throws BackupError `validation_error` where the text follows neither grammar
 * @see    libpq, `conninfo_parse` and `conninfo_uri_parse_options` in `fe-connect.c`
 */
export function parseConninfo(text: string): Conninfo {
  const prefix = URI_PREFIXES.find(candidate => text.startsWith(candidate));
  return prefix === undefined ? parsePairs(text) : parseUri(text.slice(prefix.length));
}

/** Writes keywords and values so that `parseConninfo`, and libpq, read the same ones back. */
export function formatConninfo(values: Iterable<readonly [keyword: string, value: string]>): string {
  return [...values]
    .map(([keyword, value]) => `${keyword}='${value.replace(/[\\']/g, escaped => `\\${escaped}`)}'`)
    .join(' ');
}

/** A keyword for a message; what cannot be one may be part of a password and is not shown. */
export function showKeyword(keyword: string): string {
  return /^[A-Za-z][A-Za-z_]{0,40}$/.test(keyword) ? `"${keyword}"` : 'a name that is not shown here';
}

// C's isspace(), which is what libpq goes by: other white space is part of a value.
const isBlank = (character: string | undefined): boolean =>
  character !== undefined && ' \t\n\v\f\r'.includes(character);

function parsePairs(text: string): Conninfo {
  const values = new Map<string, string>();
  let at = 0;
  const skipBlanks = (): void => {
    while (isBlank(text[at])) at++;
  };
  for (skipBlanks(); at < text.length; skipBlanks()) {
    const start = at;
    while (at < text.length && text[at] !== '=' && !isBlank(text[at])) at++;
    const keyword = text.slice(start, at);
    skipBlanks();
    if (text[at] !== '=') {
      throw malformed(`there is no "=" after ${showKeyword(keyword)} (character ${start + 1})`);
    }
    at++;
    skipBlanks();
    const quoted = text[at] === "'";
    if (quoted) at++;
    let value = '';
    while (at < text.length && (quoted ? text[at] !== "'" : !isBlank(text[at]))) {
      if (text[at] === '\\') at++;
      value += text[at] ?? '';
      at++;
    }
    if (quoted) {
      if (text[at] !== "'") throw malformed(`the quoted value of ${showKeyword(keyword)} does not end`);
      at++;
    }
    values.set(keyword, value);
  }
  return values;
}

function parseUri(text: string): Conninfo {
  const values = new Map<string, string>();
  const store = (keyword: string, encoded: string): void => {
    if (encoded !== '') values.set(keyword, decode(encoded, keyword));
  };

  // A user ends at the first "@", if one comes before the first "/"; anything else is a host already.
  let rest = text;
  const userInfoEnd = rest.search(/[@/]/);
  if (userInfoEnd !== -1 && rest[userInfoEnd] === '@') {
    const userInfo = rest.slice(0, userInfoEnd);
    rest = rest.slice(userInfoEnd + 1);
    const colon = userInfo.indexOf(':');
    store('user', colon === -1 ? userInfo : userInfo.slice(0, colon));
    if (colon !== -1) store('password', userInfo.slice(colon + 1));
  }

  const hosts: string[] = [];
  const ports: string[] = [];
  for (;;) {
    const bracketed = rest.startsWith('[');
    const host = (bracketed ? /^\[([^\]]+)\](?=[:/?,]|$)/ : /^([^:/?,]*)/).exec(rest);
    if (host === null) {
      throw malformed(
        'an IPv6 address in "[" and "]" is empty, does not end, or is followed by something else',
      );
    }
    hosts.push(host[1] ?? '');
    rest = rest.slice(host[0].length);
    const port = /^:([^/?,]*)/.exec(rest);
    ports.push(port?.[1] ?? '');
    rest = rest.slice(port?.[0].length ?? 0);
    if (!rest.startsWith(',')) break;
    rest = rest.slice(1);
  }
  store('host', hosts.length === 1 ? (hosts[0] ?? '') : hosts.join(','));
  store('port', ports.length === 1 ? (ports[0] ?? '') : ports.join(','));

  const question = rest.indexOf('?');
  const path = question === -1 ? rest : rest.slice(0, question);
  if (path.startsWith('/')) store('dbname', path.slice(1));
  if (question !== -1) parseQuery(rest.slice(question + 1), values);
  return values;
}

function parseQuery(query: string, values: Map<string, string>): void {
  if (query === '') return;
  for (const pair of query.split('&')) {
    const [encodedKeyword = '', encodedValue, ...more] = pair.split('=');
    const keyword = decode(encodedKeyword, 'a parameter');
    if (encodedValue === undefined)
      throw malformed(`the parameter ${showKeyword(keyword)} has no "=" and value`);
    if (more.length > 0) {
      throw malformed(`the parameter ${showKeyword(keyword)} has a second "="; write it as "%3D"`);
    }
    const value = decode(encodedValue, keyword);
    // The one alias that libpq takes over from JDBC.
    if (keyword === 'ssl' && value === 'true') values.set('sslmode', 'require');
    else values.set(keyword, value);
  }
}

function decode(encoded: string, what: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded)) {
    throw malformed(
      `a "%" in ${showKeyword(what)} is not followed by two hexadecimal digits; write it as "%25"`,
    );
  }
  if (encoded.includes('%00')) throw malformed(`${showKeyword(what)} contains "%00"`);
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw malformed(`the percent-encoded text of ${showKeyword(what)} is not UTF-8`);
  }
}

function malformed(reason: string): BackupError {
  return new BackupError(
    'validation_error',
    `The connection string cannot be read: ${reason}. It is postgresql://user:password@host:port/database, ` +
      'with special characters percent-encoded, or keyword=value pairs.',
    { setting: 'DATABASE_URL' },
  );
}
