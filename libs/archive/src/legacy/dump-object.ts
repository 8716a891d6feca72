import { decodeString, endOfString, endOfValue } from '../json/compact-json.js';
import type { JsonPlace } from '../json/json-place.js';
import { dumpError, type DumpPosition } from './dump-error.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LETTER_N = 0x6e;

/** Longest name of a model or field; PostgreSQL's names have at most 63 bytes. */
const MAX_NAME_LENGTH = 255;

const TOP_MEMBERS = ['model', 'pk', 'fields'];

/** One object of a dump, taken apart without making values of it. Its ranges are of the compact bytes it came from. */
export interface DumpObject {
  readonly position: DumpPosition & { readonly model: string };
  readonly pkStart: number;
  readonly pkEnd: number;
  /** At the `{` of its fields. */
  readonly fieldsStart: number;
}

/**
 * Takes one object of a dump apart.
 *
 * @param compact its JSON, checked and compact
 * @throws BackupError `invalid_backup` if it is not an object of `model`, `pk` and `fields`, `unsupported` without a key
 */
export function readDumpObject(
  compact: Uint8Array,
  start: number,
  object: number,
  place: JsonPlace,
): DumpObject {
  if (compact[start] !== OPEN_BRACE)
    throw dumpError(
      { object, place },
      'should be an object with "model", "pk" and "fields", as dumpdata writes them',
    );
  let model: string | null = null;
  let pkStart = -1;
  let pkEnd = -1;
  let fieldsStart = -1;
  const seen = new Set<string>();
  for (let at = start + 1; compact[at] !== CLOSE_BRACE;) {
    const nameEnd = endOfString(compact, at);
    const name = decodeString(compact, at, nameEnd);
    if (!TOP_MEMBERS.includes(name)) {
      throw dumpError(
        { object, place },
        `has a member ${quoted(name)}; only "model", "pk" and "fields" are known`,
      );
    }
    if (seen.has(name)) throw dumpError({ object, place }, `has two members named ${quoted(name)}`);
    seen.add(name);
    const valueStart = nameEnd + 1;
    const valueEnd = endOfValue(compact, valueStart);
    if (name === 'model') {
      if (compact[valueStart] !== QUOTE)
        throw dumpError({ object, place }, '"model" should be a text such as "app.model"');
      model = decodeString(compact, valueStart, valueEnd);
    } else if (name === 'pk') {
      pkStart = valueStart;
      pkEnd = valueEnd;
    } else {
      if (compact[valueStart] !== OPEN_BRACE)
        throw dumpError({ object, place }, '"fields" should be an object');
      fieldsStart = valueStart;
    }
    at = compact[valueEnd] === COMMA ? valueEnd + 1 : valueEnd;
  }
  if (model === null) throw dumpError({ object, place }, 'has no "model"');
  if (model.length > MAX_NAME_LENGTH || !/^[^.]+\.[^.]+$/.test(model)) {
    throw dumpError({ object, place }, '"model" should name an application and a model, such as "app.model"');
  }
  const position = { object, place, model };
  if (fieldsStart < 0) throw dumpError(position, 'has no "fields"');
  if (pkStart < 0 || compact[pkStart] === LETTER_N) {
    throw dumpError(
      position,
      'has no primary key; dumps with natural primary keys cannot be restored, so make the dump without --natural-primary',
      'unsupported',
    );
  }
  const pk = Buffer.from(compact.subarray(pkStart, Math.min(pkEnd, pkStart + MAX_NAME_LENGTH))).toString();
  if (!/^["\d-]/.test(pk)) {
    throw dumpError(position, '"pk" should be a number or a text');
  }
  return { position: { ...position, pk }, pkStart, pkEnd, fieldsStart };
}

export function checkFieldName(name: string, position: DumpPosition): void {
  if (name === '' || name.length > MAX_NAME_LENGTH || name.includes('\0')) {
    throw dumpError(position, `has a field whose name is empty or longer than ${MAX_NAME_LENGTH} characters`);
  }
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, MAX_NAME_LENGTH));
}
