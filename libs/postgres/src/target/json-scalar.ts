/** Bytes that stand in a row of the archive. */
export const LF = 0x0a;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const OPEN = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE = 0x5d;

/** What a byte means inside a JSON string: copied as it is, the end, an escape, or not allowed. */
export const PLAIN = 0;
export const END = 1;
export const ESCAPE = 2;
export const FORBIDDEN = 3;

export const IN_STRING = new Uint8Array(256);
IN_STRING.fill(FORBIDDEN, 0, 0x20);
IN_STRING[QUOTE] = END;
IN_STRING[BACKSLASH] = ESCAPE;

/** 1 for the bytes that a JSON number may consist of. */
export const IN_NUMBER = new Uint8Array(256);
for (const character of '0123456789+-.eE') IN_NUMBER[character.charCodeAt(0)] = 1;

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

/** Whether bytes that are all `IN_NUMBER` are a JSON number. */
export function isNumber(bytes: Buffer, start: number, end: number): boolean {
  // Digits only is the rule; the full grammar is looked at only for what has more than that.
  return isPlainInteger(bytes, start, end) || NUMBER.test(bytes.toString('latin1', start, end));
}

function isPlainInteger(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end || (end - start > 1 && bytes[start] === 0x30)) return false;
  for (let index = start; index < end; index++) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}
