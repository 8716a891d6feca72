const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/*
 * Walks over JSON that the scanner has checked and made compact, so nothing here looks for errors.
 */

/** @param start at the opening quote @returns just behind the closing quote */
export function endOfString(compact: Uint8Array, start: number): number {
  let at = start + 1;
  for (;;) {
    const byte = compact[at] as number;
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
}

/** @param start at a value's first byte @returns just behind its last one */
export function endOfValue(compact: Uint8Array, start: number): number {
  const first = compact[start] as number;
  if (first === QUOTE) return endOfString(compact, start);
  let at = start;
  if (!isOpening(first)) {
    while (at < compact.length && isPlain(compact[at] as number)) at++;
    return at;
  }
  let depth = 0;
  do {
    const byte = compact[at] as number;
    if (byte === QUOTE) {
      at = endOfString(compact, at);
      continue;
    }
    if (isOpening(byte)) depth++;
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
    at++;
  } while (depth > 0);
  return at;
}

/** The first member name that one object has twice, or null. */
export function firstDuplicateMember(compact: Uint8Array): string | null {
  const open: (Set<string> | null)[] = [];
  let at = 0;
  while (at < compact.length) {
    const byte = compact[at] as number;
    if (byte === QUOTE) {
      const end = endOfString(compact, at);
      const names = open.at(-1);
      if (names && compact[end] === COLON) {
        const name = decodeString(compact, at, end);
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end;
      continue;
    }
    if (byte === OPEN_BRACE) open.push(new Set());
    else if (byte === OPEN_BRACKET) open.push(null);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) open.pop();
    at++;
  }
  return null;
}

/** The text of a string, quotes included in the range. */
export function decodeString(compact: Uint8Array, start: number, end: number): string {
  return JSON.parse(
    Buffer.from(compact.buffer, compact.byteOffset + start, end - start).toString('utf8'),
  ) as string;
}

function isOpening(byte: number): boolean {
  return byte === OPEN_BRACKET || byte === OPEN_BRACE;
}

/** Whether a byte goes on a number or literal. */
function isPlain(byte: number): boolean {
  return byte !== COMMA && byte !== CLOSE_BRACKET && byte !== CLOSE_BRACE;
}
