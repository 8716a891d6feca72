export const LINE_FEED = 0x0a;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const ZERO = 0x30;
export const BACKSLASH = 0x5c;
export const OPEN = 0x5b;
export const CLOSE = 0x5d;
/** What begins the escape of a byte that has no letter of its own: `\u00xx`. */
export const LETTER_U = 0x75;

export const HEX_DIGITS = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0));

export function writeNull(batch: Uint8Array, out: number): number {
  batch[out] = 0x6e;
  batch[out + 1] = 0x75;
  batch[out + 2] = 0x6c;
  batch[out + 3] = 0x6c;
  return out + 4;
}

export function writeTrue(batch: Uint8Array, out: number): number {
  batch[out] = 0x74;
  batch[out + 1] = 0x72;
  batch[out + 2] = 0x75;
  batch[out + 3] = 0x65;
  return out + 4;
}

export function writeFalse(batch: Uint8Array, out: number): number {
  batch[out] = 0x66;
  batch[out + 1] = 0x61;
  batch[out + 2] = 0x6c;
  batch[out + 3] = 0x73;
  batch[out + 4] = 0x65;
  return out + 5;
}

/** Writes a byte below 0x20 or above 0x7e as `\u00xx`. */
export function writeUnicodeEscape(batch: Uint8Array, out: number, byte: number): number {
  batch[out] = BACKSLASH;
  batch[out + 1] = LETTER_U;
  batch[out + 2] = ZERO;
  batch[out + 3] = ZERO;
  batch[out + 4] = HEX_DIGITS[byte >> 4] as number;
  batch[out + 5] = HEX_DIGITS[byte & 15] as number;
  return out + 6;
}

/** Writes what consists of ASCII characters. */
export function writeAscii(batch: Uint8Array, out: number, text: string): number {
  for (let index = 0; index < text.length; index++) batch[out + index] = text.charCodeAt(index);
  return out + text.length;
}
