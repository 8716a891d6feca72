import { COLON, DASH, DOT, PLUS, QUOTE, SPACE, writeAscii, ZERO } from './bytes';
import { writeFour, writePair, writeSmall } from './write-integers';

/*
 * Dates and times as PostgreSQL prints them with `DateStyle` ISO and `TimeZone` UTC, as JSON strings. The text of days and
 * seconds is kept, since rows share them.
 */

const DAY_SECONDS: i64 = 86_400;
const SECOND_MICROS: i64 = 1_000_000;

/** Days from 2000-01-01 to 0001-01-01 and to 9999-12-31, between which a year has four digits and no `BC`. */
const FIRST_DAY: i64 = -730_119;
const LAST_DAY: i64 = 2_921_939;

/** Days whose text is kept, a power of two; eleven years of them fit beside each other. An entry: the day, and the text from byte 8 on. */
const KEPT_DAYS: usize = 4096;
const DAY_ENTRY_BYTES: usize = 24;
const DAY_BYTES: usize = 10;
const days: usize = makeEntries(memory.data(4096 * 24, 8), KEPT_DAYS, DAY_ENTRY_BYTES);

/** Seconds whose text is kept, a power of two: a row's few times are often of one second, and the next row's too. */
const KEPT_SECONDS: usize = 64;
const SECOND_ENTRY_BYTES: usize = 32;
/** A quote and `YYYY-MM-DD HH:MM:SS`. */
const SECOND_BYTES: usize = 20;
const seconds: usize = makeEntries(memory.data(64 * 32, 8), KEPT_SECONDS, SECOND_ENTRY_BYTES);

function makeEntries(first: usize, count: usize, size: usize): usize {
  for (let index: usize = 0; index < count; index++) store<i64>(first + index * size, i64.MAX_VALUE);
  return first;
}

/** @param day days since 2000 */
export function writeDate(day: i32, out: usize): usize {
  if (day == i32.MAX_VALUE) return writeAscii(out, '"infinity"');
  if (day == i32.MIN_VALUE) return writeAscii(out, '"-infinity"');
  store<u8>(out, QUOTE);
  out = writeDay(day, out + 1);
  out = writeEra(day, out);
  store<u8>(out, QUOTE);
  return out + 1;
}

/**
 * @param micros   since 2000
 * @param withZone whether the zone is printed, which is always UTC
 */
export function writeTimestamp(micros: i64, withZone: bool, out: usize): usize {
  if (micros == i64.MAX_VALUE) return writeAscii(out, '"infinity"');
  if (micros == i64.MIN_VALUE) return writeAscii(out, '"-infinity"');
  const second = floorDivide(micros, SECOND_MICROS);
  const fraction = (micros - second * SECOND_MICROS) as u32;
  const day = floorDivide(second, DAY_SECONDS);
  if (day < FIRST_DAY || day > LAST_DAY) {
    store<u8>(out, QUOTE);
    out = writeDay(day, out + 1);
    store<u8>(out, SPACE);
    writeClock((second - day * DAY_SECONDS) as u32, out + 1);
    out += 9;
  } else {
    out = writeSecond(second, day, out);
  }
  out = writeFraction(fraction, out);
  if (withZone) {
    store<u8>(out, PLUS);
    writePair(out + 1, 0);
    out += 3;
  }
  out = writeEra(day, out);
  store<u8>(out, QUOTE);
  return out + 1;
}

/** @param micros since midnight; 24:00:00 is a time of day too */
export function writeTime(micros: i64, out: usize): usize {
  const second = micros / SECOND_MICROS;
  store<u8>(out, QUOTE);
  writeClock(second as u32, out + 1);
  out = writeFraction((micros - second * SECOND_MICROS) as u32, out + 9);
  store<u8>(out, QUOTE);
  return out + 1;
}

/** Writes a quote, date and time of a second whose year has four digits. */
function writeSecond(second: i64, day: i64, out: usize): usize {
  const entry = seconds + ((second as usize) & (KEPT_SECONDS - 1)) * SECOND_ENTRY_BYTES;
  const text = entry + 8;
  if (load<i64>(entry) != second) {
    store<i64>(entry, second);
    store<u8>(text, QUOTE);
    writeDay(day, text + 1);
    store<u8>(text + 11, SPACE);
    writeClock((second - day * DAY_SECONDS) as u32, text + 12);
  }
  v128.store(out, v128.load(text));
  store<u32>(out + 16, load<u32>(text + 16));
  return out + SECOND_BYTES;
}

/** Writes year, month and day; of a year before Christ without the `BC`. */
function writeDay(day: i64, out: usize): usize {
  if (day < FIRST_DAY || day > LAST_DAY) return makeDay(day, out);
  const entry = days + ((day as usize) & (KEPT_DAYS - 1)) * DAY_ENTRY_BYTES;
  if (load<i64>(entry) != day) {
    store<i64>(entry, day);
    makeDay(day, entry + 8);
  }
  store<u64>(out, load<u64>(entry + 8));
  store<u16>(out + 8, load<u16>(entry + 16));
  return out + DAY_BYTES;
}

/** Makes the text of a date of the Gregorian calendar, whose year here begins in March, so that a leap day comes last. */
function makeDay(day: i64, out: usize): usize {
  // Since 0000-03-01; 400 years have 146,097 days, 100 years 36,524, and 4 years 1,461, but for the leap days they lack.
  const since = day + 730_425;
  const era = floorDivide(since, 146_097);
  const dayOfEra = since - era * 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const fromMarch = (5 * dayOfYear + 2) / 153;
  const dayOfMonth = dayOfYear - (153 * fromMarch + 2) / 5 + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  // PostgreSQL counts 1 BC as year 0 and prints no year 0.
  out = writeYear((year > 0 ? year : 1 - year) as u32, out);
  store<u8>(out, DASH);
  writePair(out + 1, month as u32);
  store<u8>(out + 3, DASH);
  writePair(out + 4, dayOfMonth as u32);
  return out + 6;
}

/** Writes a year with four digits or more. */
function writeYear(year: u32, out: usize): usize {
  if (year >= 10_000) return writeSmall(out, year);
  writeFour(out, year);
  return out + 4;
}

function writeEra(day: i64, out: usize): usize {
  return day < FIRST_DAY ? writeAscii(out, ' BC') : out;
}

/** Writes the eight bytes of `HH:MM:SS`. */
function writeClock(second: u32, out: usize): void {
  const minutes = second / 60;
  const hours = minutes / 60;
  writePair(out, hours);
  store<u8>(out + 2, COLON);
  writePair(out + 3, minutes - hours * 60);
  store<u8>(out + 5, COLON);
  writePair(out + 6, second - minutes * 60);
}

/** Writes the fraction of a second without the zeros at its end, or nothing. */
function writeFraction(micros: u32, out: usize): usize {
  if (micros == 0) return out;
  const left = micros / 10_000;
  store<u8>(out, DOT);
  writePair(out + 1, left);
  writeFour(out + 3, micros - left * 10_000);
  out += 7;
  while (load<u8>(out - 1) == ZERO) out--;
  return out;
}

function floorDivide(value: i64, by: i64): i64 {
  const quotient = value / by;
  return value < 0 && quotient * by != value ? quotient - 1 : quotient;
}
