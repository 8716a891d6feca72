import { DIGIT, NO_DIGIT, quoted, REFUSED, standsAt } from './binary-bytes.js';
import { QUOTE } from './json-scalar.js';

const DASH = 0x2d;
const DOT = 0x2e;
const SPACE = 0x20;
const PLUS = 0x2b;
const ZERO = 0x30;

/** Microseconds of a day, 86,400,000,000, as `20 * 2^32 + 500,654,080`. */
const DAY_HIGH = 20;
const DAY_LOW = 500_654_080;
const TWO_TO_32 = 0x1_0000_0000;

/** Bytes from a value's quote to the row's end that there are at least: of `"YYYY-MM-DD"` and `"HH:MM:SS"`, with `]` and a line feed. */
const DATE_BYTES = 14;
const TIME_BYTES = 12;

const INFINITY = quoted('infinity');
const MINUS_INFINITY = quoted('-infinity');

const NO_DAY = Number.NaN;

const FRACTION_DIGITS = 6;
/** Microseconds in the last of so many digits behind the point. */
const FRACTION_UNITS = [0, 100_000, 10_000, 1_000, 100, 10, 1];

/**
 * Reads dates and times in the one form that PostgreSQL prints under `DateStyle` ISO and `TimeZone` UTC, years 1 to
 * 9999, and writes them as binary values. Any other form, of which the text form knows many, is refused.
 *
 * A reader is for one column: it remembers the last date, as neighbours mostly share it.
 */
export class TimeReader {
  // The last date's bytes, so that a date that is known is neither checked nor computed again.
  #year = 0;
  #month = 0;
  #dayOfMonth = 0;
  /** Days since 2000-01-01. */
  #day = NO_DAY;

  /** @returns the position behind the value, or `REFUSED` */
  date(input: DataView, bytes: Uint8Array, at: number, output: DataView, to: number): number {
    const day = this.#readDay(input, bytes, at);
    if (Number.isNaN(day)) {
      const [end, infinity] = readInfinity(bytes, at);
      if (end === REFUSED) return REFUSED;
      output.setInt32(to, 4);
      output.setInt32(to + 4, infinity > 0 ? 0x7fff_ffff : -0x8000_0000);
      return end;
    }
    if (bytes[at + 11] !== QUOTE) return REFUSED;
    output.setInt32(to, 4);
    output.setInt32(to + 4, day);
    return at + 12;
  }

  /** @returns the position behind the value, or `REFUSED` */
  time(input: DataView, bytes: Uint8Array, at: number, output: DataView, to: number): number {
    if (bytes[at] !== QUOTE) return REFUSED;
    const end = this.#readTime(input, bytes, at + 1);
    if (end === REFUSED || bytes[end] !== QUOTE) return REFUSED;
    writeMicroseconds(0, this.#micros, output, to);
    return end + 1;
  }

  /** @returns the position behind the value, or `REFUSED` */
  timestamp(
    input: DataView,
    bytes: Uint8Array,
    at: number,
    withZone: boolean,
    output: DataView,
    to: number,
  ): number {
    const day = this.#readDay(input, bytes, at);
    if (Number.isNaN(day)) {
      const [end, infinity] = readInfinity(bytes, at);
      if (end === REFUSED) return REFUSED;
      output.setInt32(to, 8);
      output.setInt32(to + 4, infinity > 0 ? 0x7fff_ffff : -0x8000_0000);
      output.setInt32(to + 8, infinity > 0 ? -1 : 0);
      return end;
    }
    if (bytes[at + 11] !== SPACE) return REFUSED;
    let end = this.#readTime(input, bytes, at + 12);
    if (end === REFUSED) return REFUSED;
    if (withZone) {
      if (bytes[end] !== PLUS || bytes[end + 1] !== ZERO || bytes[end + 2] !== ZERO) return REFUSED;
      end += 3;
    }
    if (bytes[end] !== QUOTE) return REFUSED;
    writeMicroseconds(day, this.#micros, output, to);
    return end + 1;
  }

  /** Of the time of day read last. */
  #micros = 0;

  /** @returns days since 2000-01-01 of the date behind the quote at a position, or `NO_DAY` */
  #readDay(input: DataView, bytes: Uint8Array, at: number): number {
    if (at + DATE_BYTES > input.byteLength || bytes[at] !== QUOTE) return NO_DAY;
    const year = input.getInt32(at + 1);
    const month = input.getInt32(at + 5);
    const dayOfMonth = input.getInt16(at + 9);
    if (year === this.#year && month === this.#month && dayOfMonth === this.#dayOfMonth) return this.#day;
    const day = parseDay(bytes, at + 1);
    if (!Number.isNaN(day)) {
      this.#year = year;
      this.#month = month;
      this.#dayOfMonth = dayOfMonth;
      this.#day = day;
    }
    return day;
  }

  /** Reads `HH:MM:SS` with up to six digits of fraction into `#micros`. @returns the position behind it, or `REFUSED` */
  #readTime(input: DataView, bytes: Uint8Array, at: number): number {
    if (at + TIME_BYTES - 1 > bytes.length) return REFUSED;
    // Four bytes at a time. Each, less what it must be at least, is below 10, or 6, or is 0, if no bit of the mask is set
    // in it, nor in its sum with 16 less that bound.
    const left = input.getInt32(at) ^ 0x30_30_3a_30;
    const right = input.getInt32(at + 4) ^ 0x30_3a_30_30;
    const tooMuch =
      ((left | (left + 0x06_06_00_0a)) & 0xf0_f0_ff_f0) | ((right | (right + 0x06_00_0a_06)) & 0xf0_ff_f0_f0);
    if (tooMuch !== 0) return REFUSED;
    const hour = (left >>> 24) * 10 + ((left >>> 16) & 15);
    const minute = (left & 15) * 10 + (right >>> 24);
    const second = ((right >>> 8) & 15) * 10 + (right & 15);
    if (hour > 23) return REFUSED;
    let fraction = 0;
    let end = at + 8;
    if (bytes[end] === DOT) {
      const start = ++end;
      let digit = digitAt(bytes, end);
      while (digit !== NO_DIGIT && end - start < FRACTION_DIGITS) {
        fraction = fraction * 10 + digit;
        digit = digitAt(bytes, ++end);
      }
      if (end === start) return REFUSED;
      fraction *= FRACTION_UNITS[end - start] ?? 0;
    }
    this.#micros = (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction;
    return end;
  }
}

function digitAt(bytes: Uint8Array, at: number): number {
  return DIGIT[bytes[at] ?? 0] ?? NO_DIGIT;
}

function parseDay(bytes: Uint8Array, at: number): number {
  const y1 = digitAt(bytes, at);
  const y2 = digitAt(bytes, at + 1);
  const y3 = digitAt(bytes, at + 2);
  const y4 = digitAt(bytes, at + 3);
  const m1 = digitAt(bytes, at + 5);
  const m2 = digitAt(bytes, at + 6);
  const d1 = digitAt(bytes, at + 8);
  const d2 = digitAt(bytes, at + 9);
  if ((y1 | y2 | y3 | y4 | m1 | m2 | d1 | d2) >= NO_DIGIT) return NO_DAY;
  if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH) return NO_DAY;
  const year = y1 * 1000 + y2 * 100 + y3 * 10 + y4;
  const month = m1 * 10 + m2;
  const day = d1 * 10 + d2;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return NO_DAY;
  return dayNumber(year, month, day);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 2000-01-01 in the Gregorian calendar, whose year here begins in March, so that a leap day comes last. */
function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const m = month <= 2 ? month + 9 : month - 3;
  const dayOfYear = Math.floor((153 * m + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 730_425;
}

/** @returns the position behind `infinity` or `-infinity`, and its sign */
function readInfinity(bytes: Uint8Array, at: number): [end: number, sign: number] {
  if (standsAt(bytes, at, INFINITY)) return [at + INFINITY.length, 1];
  if (standsAt(bytes, at, MINUS_INFINITY)) return [at + MINUS_INFINITY.length, -1];
  return [REFUSED, 0];
}

/** Writes 64 bits of microseconds in two halves: beyond 285 years from the epoch a double would not hold them. */
function writeMicroseconds(day: number, micros: number, output: DataView, to: number): void {
  const low = day * DAY_LOW + micros;
  const carry = Math.floor(low / TWO_TO_32);
  output.setInt32(to, 8);
  output.setInt32(to + 4, day * DAY_HIGH + carry);
  output.setUint32(to + 8, low - carry * TWO_TO_32);
}
