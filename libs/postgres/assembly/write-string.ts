import { BACKSLASH, LINE_FEED, QUOTE, SPACE, ZERO } from './bytes';

const LETTER_U: u8 = 0x75;
const TAB: u8 = 0x09;
/** What JSON has no letter for, and the letter that `COPY` has. */
const VERTICAL_TAB: u8 = 0x0b;
const VERTICAL_TAB_LETTER: u8 = 0x76;

/** Where the last call of a function that reads text stopped. */
export let stoppedAt: usize = 0;

/**
 * Writes bytes of UTF-8 as they stand inside a JSON string, without quotes: each byte by itself, six at most for one. The text
 * may be cut anywhere.
 */
export function writeString(at: usize, end: usize, out: usize): usize {
  while (at < end) {
    const plain = plainBytes(at, end, out);
    at += plain;
    out += plain;
    if (at >= end) break;
    if (plain < 16) out = writeEscaped(out, load<u8>(at++));
  }
  return out;
}

/**
 * Writes a text of `COPY` as it stands inside a JSON string, without quotes, up to the tab or line feed behind it, or to
 * `end`, which must not be between a backslash and its letter. COPY and JSON escape alike but for `\v`, the quote, and the control
 * bytes that COPY leaves as they are.
 */
export function writeCopyText(at: usize, end: usize, out: usize): usize {
  while (at < end) {
    const plain = plainBytes(at, end, out);
    at += plain;
    out += plain;
    if (at >= end) break;
    if (plain == 16) continue;
    const byte = load<u8>(at);
    if (byte == TAB || byte == LINE_FEED) break;
    at++;
    if (byte != BACKSLASH) {
      out = byte == QUOTE ? writePair(out, QUOTE) : writeUnicodeEscape(out, byte);
      continue;
    }
    const letter = load<u8>(at++);
    out = letter == VERTICAL_TAB_LETTER ? writeUnicodeEscape(out, VERTICAL_TAB) : writePair(out, letter);
  }
  stoppedAt = at;
  return out;
}

/** The number of bytes in front of the first that is below `bound`, or of `end`. */
export function bytesFrom(bound: u8, at: usize, end: usize): usize {
  const bounds = i8x16.splat(bound as i8);
  let found: usize = 0;
  while (at + found < end) {
    const mask = i8x16.bitmask(v128.lt<u8>(v128.load(at + found), bounds));
    if (mask != 0) {
      found += ctz<i32>(mask);
      break;
    }
    found += 16;
  }
  return min(found, end - at);
}

/**
 * Copies up to sixteen bytes, of which those count that stand for themselves: the ones before the first quote, backslash or
 * control byte, and before `end`.
 */
function plainBytes(at: usize, end: usize, out: usize): usize {
  const bytes = v128.load(at);
  v128.store(out, bytes);
  const quotes = v128.eq<u8>(bytes, i8x16.splat(QUOTE as i8));
  const backslashes = v128.eq<u8>(bytes, i8x16.splat(BACKSLASH as i8));
  const controls = v128.lt<u8>(bytes, i8x16.splat(SPACE as i8));
  const mask = i8x16.bitmask(v128.or(v128.or(quotes, backslashes), controls));
  const plain: usize = mask == 0 ? 16 : ctz<i32>(mask);
  return min(plain, end - at);
}

/** Writes a byte that does not stand for itself. */
function writeEscaped(out: usize, byte: u8): usize {
  switch (byte) {
    case QUOTE:
    case BACKSLASH:
      return writePair(out, byte);
    case 0x08:
      return writePair(out, 0x62);
    case TAB:
      return writePair(out, 0x74);
    case LINE_FEED:
      return writePair(out, 0x6e);
    case 0x0c:
      return writePair(out, 0x66);
    case 0x0d:
      return writePair(out, 0x72);
    default:
      return writeUnicodeEscape(out, byte);
  }
}

function writePair(out: usize, letter: u8): usize {
  store<u8>(out, BACKSLASH);
  store<u8>(out + 1, letter);
  return out + 2;
}

/** Writes a control byte as `\u00xx`. */
function writeUnicodeEscape(out: usize, byte: u8): usize {
  store<u8>(out, BACKSLASH);
  store<u8>(out + 1, LETTER_U);
  store<u8>(out + 2, ZERO);
  store<u8>(out + 3, ZERO);
  store<u8>(out + 4, hexDigit(byte >> 4));
  store<u8>(out + 5, hexDigit(byte & 15));
  return out + 6;
}

/** The lower-case digit of a number below 16. */
export function hexDigit(value: u8): u8 {
  return value < 10 ? ZERO + value : 0x57 + value;
}
