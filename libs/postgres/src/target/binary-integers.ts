import { REFUSED } from './binary-bytes.js';
import { QUOTE } from './json-scalar.js';

const MINUS = 0x2d;
const ZERO = 0x30;

const TWO_TO_16 = 0x1_0000;
const TWO_TO_31 = 0x8000_0000;
const TWO_TO_32 = 0x1_0000_0000;

/** Decimal digits that every double holds exactly, and that every 64-bit integer may have. */
const MAX_EXACT_DIGITS = 15;
const MAX_DIGITS = 19;

/**
 * Reads a JSON number, or a string of digits, that is an integer, and writes it as a binary value of 2, 4 or 8 bytes.
 * Whatever the text form may have besides (`+`, blanks, `1e3`, values out of range) is refused.
 */
export class IntegerReader {
  /** Of the integer read last: its digits, without sign. */
  #start = 0;
  #end = 0;
  #negative = false;

  /** @returns the position behind the value, or `REFUSED` */
  int2(input: Uint8Array, at: number, output: DataView, to: number): number {
    const value = this.#read(input, at);
    if (value < -0x8000 || value > 0x7fff) return REFUSED;
    output.setInt32(to, 2);
    output.setInt16(to + 4, value);
    return this.#end;
  }

  /** @returns the position behind the value, or `REFUSED` */
  int4(input: Uint8Array, at: number, output: DataView, to: number): number {
    const value = this.#read(input, at);
    if (value < -TWO_TO_31 || value >= TWO_TO_31) return REFUSED;
    output.setInt32(to, 4);
    output.setInt32(to + 4, value);
    return this.#end;
  }

  /** @returns the position behind the value, or `REFUSED` */
  oid(input: Uint8Array, at: number, output: DataView, to: number): number {
    const value = this.#read(input, at);
    // PostgreSQL reads -1 as 4294967295; whoever means that has it from the text form.
    if (this.#negative || value >= TWO_TO_32) return REFUSED;
    output.setInt32(to, 4);
    output.setUint32(to + 4, value);
    return this.#end;
  }

  /** @returns the position behind the value, or `REFUSED` */
  int8(input: Uint8Array, at: number, output: DataView, to: number): number {
    const value = this.#read(input, at);
    if (this.#end < 0) return REFUSED;
    output.setInt32(to, 8);
    if (value === Infinity) {
      if (!this.#writeLong(input, output, to + 4)) return REFUSED;
    } else {
      const high = Math.floor(value / TWO_TO_32);
      output.setInt32(to + 4, high);
      output.setUint32(to + 8, value - high * TWO_TO_32);
    }
    return this.#end;
  }

  /** @returns the integer; `Infinity` if it is well-formed but has too many digits for a double, or, with `#end` `REFUSED`, if it is not */
  #read(input: Uint8Array, at: number): number {
    const isString = input[at] === QUOTE;
    if (isString) at++;
    const negative = input[at] === MINUS;
    if (negative) at++;
    const start = at;
    let value = 0;
    let digit = (input[at] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = (input[++at] ?? 0) - ZERO;
    }
    const digits = at - start;
    this.#negative = negative;
    this.#start = start;
    this.#end = at;
    if (isString) {
      if (input[at] !== QUOTE) return this.#refuse();
      this.#end++;
    } else if (digits > 1 && input[start] === ZERO) {
      return this.#refuse();
    }
    if (digits === 0 || digits > MAX_DIGITS) return this.#refuse();
    if (digits > MAX_EXACT_DIGITS) return Infinity;
    return negative ? -value : value;
  }

  #refuse(): number {
    this.#end = REFUSED;
    return Infinity;
  }

  /** Writes the 16 to 19 digits read last. @returns whether they are within the range */
  #writeLong(input: Uint8Array, output: DataView, to: number): boolean {
    // value = upper * 10^9 + lower; the products below stay under 2^53.
    let upper = 0;
    let lower = 0;
    const end = this.#end - (input[this.#end - 1] === QUOTE ? 1 : 0);
    for (let at = this.#start; at < end; at++) {
      const digit = (input[at] ?? 0) - ZERO;
      if (at < end - 9) upper = upper * 10 + digit;
      else lower = lower * 10 + digit;
    }
    const shifted = Math.floor(upper / TWO_TO_16) * 1e9;
    const rest = (shifted % TWO_TO_16) * TWO_TO_16 + (upper % TWO_TO_16) * 1e9 + lower;
    let high = Math.floor(shifted / TWO_TO_16) + Math.floor(rest / TWO_TO_32);
    let low = rest % TWO_TO_32;
    if (this.#negative) {
      if (high > TWO_TO_31 || (high === TWO_TO_31 && low > 0)) return false;
      high = low === 0 ? -high : -high - 1;
      low = low === 0 ? 0 : TWO_TO_32 - low;
    } else if (high >= TWO_TO_31) {
      return false;
    }
    output.setInt32(to, high);
    output.setUint32(to + 4, low);
    return true;
  }
}
