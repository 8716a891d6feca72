import { QUOTE, SPACE, writeAscii, ZERO } from './json-bytes.js';
import { DIGIT_PAIRS, writeFour } from './write-integers.js';

const DASH = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const PLUS = 0x2b;
const ZEROS = 0x3030;

const TWO_TO_32 = 0x1_0000_0000;
const DAY_SECONDS = 86_400;
const SECOND_MICROS = 1_000_000;

/** Where in high halves of microseconds a double ends to hold them: 2^53 is 285 years from 2000. */
const NEAR = 0x20_0000;

/** Infinity and its negative are the largest and the smallest number of the type. */
const MOST = 0x7fff_ffff;
const LEAST = -0x8000_0000;

/** Days from 2000-01-01 to 0001-01-01 and to 9999-12-31, between which a year has four digits and no `BC`. */
const FIRST_DAY = -730_119;
const LAST_DAY = 2_921_939;

/** Days whose text is kept, a power of two; eleven years of them fit beside each other. */
const KEPT_DAYS = 4096;

/** Seconds whose text is kept, a power of two: a row's few times are often of one second, and the next row's too. */
const KEPT_SECONDS = 64;

/** A quote and `YYYY-MM-DD HH:MM:SS`, in words of four bytes. */
const SECOND_WORDS = 5;

/**
 * Writes dates and times as PostgreSQL prints them with `DateStyle` ISO and `TimeZone` UTC, as JSON strings. The text of
 * days and seconds is kept, since rows share them.
 */
export class TimeWriter {
  /** Which day's text is at each place; no day of four digits is `MOST`. */
  readonly #days = new Int32Array(KEPT_DAYS).fill(MOST);
  /** `YYYY`, `-MM-` and `DD`, the first character in the high byte. */
  readonly #years = new Int32Array(KEPT_DAYS);
  readonly #months = new Int32Array(KEPT_DAYS);
  readonly #daysOfMonth = new Uint16Array(KEPT_DAYS);
  readonly #entry = new DataView(new ArrayBuffer(10));
  /** Which second's text is at each place, since 2000. */
  readonly #seconds = new Float64Array(KEPT_SECONDS).fill(NaN);
  readonly #secondWords = new Int32Array(KEPT_SECONDS * SECOND_WORDS);

  date(day: number, batch: Uint8Array, output: DataView, out: number): number {
    if (day === MOST || day === LEAST) return writeAscii(batch, out, infinity(day));
    if (day < FIRST_DAY || day > LAST_DAY) {
      const { text, era } = farDate(day);
      return writeAscii(batch, out, `"${text}${era}"`);
    }
    batch[out] = QUOTE;
    this.#writeDay(day, output, out + 1);
    batch[out + 11] = QUOTE;
    return out + 12;
  }

  /** @param withZone whether the zone is printed, which is always UTC */
  timestamp(
    input: DataView,
    at: number,
    withZone: boolean,
    batch: Uint8Array,
    output: DataView,
    out: number,
  ): number {
    const high = input.getInt32(at);
    if (high >= NEAR || high < -NEAR) return this.#writeFar(input, at, withZone, batch, output, out);
    const value = high * TWO_TO_32 + input.getUint32(at + 4);
    const second = Math.floor(value / SECOND_MICROS);
    const start = out;
    const words = this.#secondWords;
    const place = second & (KEPT_SECONDS - 1);
    const first = place * SECOND_WORDS;
    out += SECOND_WORDS * 4;
    if (this.#seconds[place] === second) {
      output.setInt32(start, words[first] as number);
      output.setInt32(start + 4, words[first + 1] as number);
      output.setInt32(start + 8, words[first + 2] as number);
      output.setInt32(start + 12, words[first + 3] as number);
      output.setInt32(start + 16, words[first + 4] as number);
    } else {
      this.#writeSecond(second, batch, output, start);
      for (let word = 0; word < SECOND_WORDS; word++) {
        words[first + word] = output.getInt32(start + word * 4);
      }
      this.#seconds[place] = second;
    }
    out = writeFraction(value - second * SECOND_MICROS, batch, output, out);
    if (withZone) out = writeUtc(batch, output, out);
    batch[out] = QUOTE;
    return out + 1;
  }

  time(input: DataView, at: number, batch: Uint8Array, output: DataView, out: number): number {
    batch[out] = QUOTE;
    const micros = input.getInt32(at) * TWO_TO_32 + input.getUint32(at + 4);
    const end = writeTime(micros, batch, output, out + 1);
    batch[end] = QUOTE;
    return end + 1;
  }

  /** Writes a quote, date and time of a second near 2000. */
  #writeSecond(second: number, batch: Uint8Array, output: DataView, out: number): void {
    const day = Math.floor(second / DAY_SECONDS);
    batch[out] = QUOTE;
    this.#writeDay(day, output, out + 1);
    batch[out + 11] = SPACE;
    writeClock(second - day * DAY_SECONDS, batch, output, out + 12);
  }

  /** Writes a timestamp that is further from 2000 than a double holds exactly, or infinite. */
  #writeFar(
    input: DataView,
    at: number,
    withZone: boolean,
    batch: Uint8Array,
    output: DataView,
    out: number,
  ): number {
    const high = input.getInt32(at);
    const low = input.getUint32(at + 4);
    if (high === MOST && low === TWO_TO_32 - 1) return writeAscii(batch, out, infinity(MOST));
    if (high === LEAST && low === 0) return writeAscii(batch, out, infinity(LEAST));
    const value = input.getBigInt64(at);
    const micros = Number(((value % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n);
    const day = Number((value - BigInt(micros)) / 86_400_000_000n);
    let era = '';
    batch[out++] = QUOTE;
    if (day < FIRST_DAY || day > LAST_DAY) {
      const far = farDate(day);
      out = writeAscii(batch, out, far.text);
      era = far.era;
    } else {
      this.#writeDay(day, output, out);
      out += 10;
    }
    batch[out] = SPACE;
    out = writeTime(micros, batch, output, out + 1);
    if (withZone) out = writeUtc(batch, output, out);
    if (era !== '') out = writeAscii(batch, out, era);
    batch[out] = QUOTE;
    return out + 1;
  }

  /** Writes the ten bytes of a date whose year has four digits. */
  #writeDay(day: number, output: DataView, out: number): void {
    const place = day & (KEPT_DAYS - 1);
    if (this.#days[place] !== day) this.#keep(day, place);
    output.setInt32(out, this.#years[place] as number);
    output.setInt32(out + 4, this.#months[place] as number);
    output.setUint16(out + 8, this.#daysOfMonth[place] as number);
  }

  #keep(day: number, place: number): void {
    const entry = this.#entry;
    const { year, month, dayOfMonth } = dateOf(day);
    writeFour(entry, 0, year);
    entry.setUint8(4, DASH);
    entry.setUint16(5, DIGIT_PAIRS[month] as number);
    entry.setUint8(7, DASH);
    entry.setUint16(8, DIGIT_PAIRS[dayOfMonth] as number);
    this.#days[place] = day;
    this.#years[place] = entry.getInt32(0);
    this.#months[place] = entry.getInt32(4);
    this.#daysOfMonth[place] = entry.getUint16(8);
  }
}

/** Writes `HH:MM:SS` and the fraction; 24:00:00 is a time of day too. */
function writeTime(micros: number, batch: Uint8Array, output: DataView, out: number): number {
  const seconds = Math.floor(micros / SECOND_MICROS) | 0;
  writeClock(seconds, batch, output, out);
  return writeFraction(micros - seconds * SECOND_MICROS, batch, output, out + 8);
}

/** Writes the eight bytes of `HH:MM:SS`. */
function writeClock(seconds: number, batch: Uint8Array, output: DataView, out: number): void {
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  output.setUint16(out, DIGIT_PAIRS[hours] as number);
  batch[out + 2] = COLON;
  output.setUint16(out + 3, DIGIT_PAIRS[minutes - hours * 60] as number);
  batch[out + 5] = COLON;
  output.setUint16(out + 6, DIGIT_PAIRS[seconds - minutes * 60] as number);
}

/** Writes the fraction of a second without the zeros at its end, or nothing. */
function writeFraction(micros: number, batch: Uint8Array, output: DataView, out: number): number {
  const fraction = micros | 0;
  if (fraction === 0) return out;
  const left = (fraction / 10_000) | 0;
  batch[out] = DOT;
  output.setUint16(out + 1, DIGIT_PAIRS[left] as number);
  writeFour(output, out + 3, fraction - left * 10_000);
  out += 7;
  while (batch[out - 1] === ZERO) out--;
  return out;
}

function writeUtc(batch: Uint8Array, output: DataView, out: number): number {
  batch[out] = PLUS;
  output.setUint16(out + 1, ZEROS);
  return out + 3;
}

function infinity(bound: number): string {
  return bound === MOST ? '"infinity"' : '"-infinity"';
}

/** A date whose year has not four digits, or lies before Christ: PostgreSQL counts 1 BC as year 0 and prints no year 0. */
function farDate(day: number): { readonly text: string; readonly era: '' | ' BC' } {
  const { year, month, dayOfMonth } = dateOf(day);
  const digits = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const rest = [month, dayOfMonth].map(part => String(part).padStart(2, '0'));
  return { text: [digits, ...rest].join('-'), era: year > 0 ? '' : ' BC' };
}

/** The date in the Gregorian calendar, whose year here begins in March, so that a leap day comes last. */
function dateOf(day: number): { readonly year: number; readonly month: number; readonly dayOfMonth: number } {
  // Since 0000-03-01; 400 years have 146,097 days, 100 years 36,524, and 4 years 1,461, but for the leap days they lack.
  const days = day + 730_425;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth };
}
