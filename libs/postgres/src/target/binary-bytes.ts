/** A reader's answer instead of a position: the value, or the row, is not what this reader takes. */
export const REFUSED = -1;

/** What is no digit, in the tables below; combine digits with `|` and compare once. */
export const NO_DIGIT = 0x80;

/** The value of a decimal digit's byte. */
export const DIGIT = new Uint8Array(256).fill(NO_DIGIT);
for (let digit = 0; digit < 10; digit++) DIGIT[0x30 + digit] = digit;

/** The value of a hexadecimal digit's byte, in either case. */
export const HEX_DIGIT = new Uint8Array(256).fill(NO_DIGIT);
for (let digit = 0; digit < 16; digit++) {
  HEX_DIGIT[digit.toString(16).charCodeAt(0)] = digit;
  HEX_DIGIT[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** The bytes of a JSON string that needs no escapes, with its quotes. */
export function quoted(text: string): Uint8Array {
  return Uint8Array.from(JSON.stringify(text), character => character.charCodeAt(0));
}

/** Whether `expected` stands at a position. */
export function standsAt(input: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (input[at + index] !== expected[index]) return false;
  }
  return true;
}
