import type { ByteSink } from '../json/byte-sink.js';
import { decodeString } from '../json/compact-json.js';
import { dumpError, type DumpPosition } from './dump-error.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;

/** Longest number that is looked at; PostgreSQL's `numeric` has at most 147,455 digits. */
const MAX_NUMBER_LENGTH = 200_000;

/** What a column's type asks of a value; `unknown` where the database is not known or lacks the column. */
export type Conversion = 'unknown' | 'integer' | 'float' | 'boolean' | 'json' | 'bytea' | 'text';

const CONVERSIONS = new Map<string, Conversion>([
  ['smallint', 'integer'],
  ['integer', 'integer'],
  ['bigint', 'integer'],
  ['oid', 'integer'],
  ['real', 'float'],
  ['double precision', 'float'],
  ['boolean', 'boolean'],
  ['json', 'json'],
  ['jsonb', 'json'],
  ['bytea', 'bytea'],
]);

/** @param type as PostgreSQL's `format_type` prints it; undefined or empty if not known */
export function conversionFor(type: string | undefined): Conversion {
  if (type === undefined || type === '') return 'unknown';
  return CONVERSIONS.get(type) ?? 'text';
}

/**
 * Appends one value of a dump in the form that the archive's rules give it: a JSON number or boolean only where the
 * column has such a type (or none is known) and nothing can damage it, the text form of all else.
 *
 * Values of a `json` column become the text of their JSON, a string among them too, as Django writes such a field as
 * its value; null is the SQL null. A `bytea` column's base64, which PostgreSQL would take for the bytes themselves,
 * becomes hexadecimal.
 *
 * @param compact the value's bytes stand from `start` to `end`, checked and compact
 * @returns       false if the sink's limit was reached
 * @throws BackupError `invalid_backup` for base64 that is not, naming the field
 */
export function appendConverted(
  sink: ByteSink,
  compact: Uint8Array,
  start: number,
  end: number,
  conversion: Conversion,
  position: DumpPosition,
  field: string,
): boolean {
  const first = compact[start] as number;
  if (first === LETTER_N) return sink.append(compact, start, end);
  if (conversion === 'json') return appendQuoted(sink, compact, start, end);
  switch (first) {
    case QUOTE:
      return conversion === 'bytea'
        ? appendHex(sink, compact, start, end, position, field)
        : sink.append(compact, start, end);
    case LETTER_T:
    case LETTER_F:
      return conversion === 'boolean' || conversion === 'unknown'
        ? sink.append(compact, start, end)
        : appendQuoted(sink, compact, start, end);
    case OPEN_BRACKET:
    case OPEN_BRACE:
      return appendQuoted(sink, compact, start, end);
    default:
      if (end - start > MAX_NUMBER_LENGTH) {
        throw dumpError(
          position,
          `the number in ${JSON.stringify(field)} has more than ${MAX_NUMBER_LENGTH} digits`,
        );
      }
      return isSafeNumber(compact, start, end, conversion)
        ? sink.append(compact, start, end)
        : appendQuoted(sink, compact, start, end);
  }
}

/** Whether a number may stand as one: any reader keeps it as it is. */
function isSafeNumber(compact: Uint8Array, start: number, end: number, conversion: Conversion): boolean {
  if (conversion !== 'integer' && conversion !== 'float' && conversion !== 'unknown') return false;
  const text = Buffer.from(compact.buffer, compact.byteOffset + start, end - start).toString('latin1');
  const value = Number(text);
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  return conversion === 'float' || /^-?\d{1,15}$/.test(text);
}

/** Appends compact JSON as the content of a JSON string. */
function appendQuoted(sink: ByteSink, compact: Uint8Array, start: number, end: number): boolean {
  let fits = sink.push(QUOTE);
  let from = start;
  for (let at = start; at < end; at++) {
    const byte = compact[at] as number;
    if (byte !== QUOTE && byte !== BACKSLASH) continue;
    fits &&= sink.append(compact, from, at) && sink.push(BACKSLASH);
    from = at;
  }
  return fits && sink.append(compact, from, end) && sink.push(QUOTE);
}

function appendHex(
  sink: ByteSink,
  compact: Uint8Array,
  start: number,
  end: number,
  position: DumpPosition,
  field: string,
): boolean {
  const base64 = decodeString(compact, start, end);
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw dumpError(position, `${JSON.stringify(field)} should be base64, as Django writes bytes`);
  }
  const hex = Buffer.from(`"\\\\x${Buffer.from(base64, 'base64').toString('hex')}"`, 'latin1');
  return sink.append(hex, 0, hex.length);
}
