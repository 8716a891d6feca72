import { decodeString, endOfString, endOfValue } from '../json/compact-json.js';
import type { JsonPlace } from '../json/json-place.js';
import { dumpError, type DumpPosition } from './dump-error.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LETTER_N = 0x6e;

/** Longest name of a model or field; PostgreSQL's names have at most 63 bytes. */
const MAX_NAME_LENGTH = 255;

const MODEL = Buffer.from('"model"');
const PK = Buffer.from('"pk"');
const FIELDS = Buffer.from('"fields"');
const MEMBERS = [MODEL, PK, FIELDS];

/** One object of a dump, taken apart without making values of it. Its ranges are of the compact bytes it came from. */
export interface DumpObject {
  /** Valid as long as those bytes; see `keepPosition`. */
  readonly position: DumpPosition & { readonly model: string };
  readonly pkStart: number;
  readonly pkEnd: number;
  /** At the `{` of its fields. */
  readonly fieldsStart: number;
}

/** Takes objects of a dump apart; knows the last one's model, which the next one mostly has too. */
export class DumpObjectReader {
  #modelBytes: Uint8Array = new Uint8Array(0);
  #model = '';

  /**
   * @param compact one object's JSON from `start` on, checked and compact
   * @throws BackupError `invalid_backup` if it is not an object of `model`, `pk` and `fields`, `unsupported` without a key
   */
  read(compact: Uint8Array, start: number, object: number, place: JsonPlace): DumpObject {
    const position = { object, place };
    if (compact[start] !== OPEN_BRACE) {
      throw dumpError(
        position,
        'should be an object with "model", "pk" and "fields", as dumpdata writes them',
      );
    }
    let model: string | null = null;
    let pkStart = -1;
    let pkEnd = -1;
    let fieldsStart = -1;
    for (let at = start + 1; compact[at] !== CLOSE_BRACE;) {
      const nameEnd = endOfString(compact, at);
      const valueStart = nameEnd + 1;
      const valueEnd = endOfValue(compact, valueStart);
      const member = knownMember(compact, at, nameEnd);
      if (member === MODEL && model === null) {
        model = this.#readModel(compact, valueStart, valueEnd, position);
      } else if (member === PK && pkStart < 0) {
        pkStart = valueStart;
        pkEnd = valueEnd;
      } else if (member === FIELDS && fieldsStart < 0) {
        if (compact[valueStart] !== OPEN_BRACE) throw dumpError(position, '"fields" should be an object');
        fieldsStart = valueStart;
      } else {
        const name = JSON.stringify(decodeString(compact, at, nameEnd).slice(0, MAX_NAME_LENGTH));
        throw member
          ? dumpError(position, `has two members named ${name}`)
          : dumpError(position, `has a member ${name}; only "model", "pk" and "fields" are known`);
      }
      at = compact[valueEnd] === COMMA ? valueEnd + 1 : valueEnd;
    }
    if (model === null) throw dumpError(position, 'has no "model"');
    if (fieldsStart < 0) throw dumpError({ ...position, model }, 'has no "fields"');
    const first = compact[pkStart];
    if (first === undefined || first === LETTER_N) {
      throw dumpError(
        { ...position, model },
        'has no primary key; dumps with natural primary keys cannot be restored, so make the dump without --natural-primary',
        'unsupported',
      );
    }
    if (first !== QUOTE && first !== MINUS && (first < ZERO || first > NINE)) {
      throw dumpError({ ...position, model }, '"pk" should be a number or a text');
    }
    return {
      position: new ObjectPosition(object, place, model, compact, pkStart, pkEnd),
      pkStart,
      pkEnd,
      fieldsStart,
    };
  }

  #readModel(compact: Uint8Array, start: number, end: number, position: DumpPosition): string {
    if (sameBytes(compact, start, end, this.#modelBytes)) return this.#model;
    if (compact[start] !== QUOTE) throw dumpError(position, '"model" should be a text such as "app.model"');
    const model = decodeString(compact, start, end);
    if (model.length > MAX_NAME_LENGTH || !/^[^.]+\.[^.]+$/.test(model)) {
      throw dumpError(position, '"model" should name an application and a model, such as "app.model"');
    }
    this.#modelBytes = compact.slice(start, end);
    this.#model = model;
    return model;
  }
}

/** Makes a text of the key only for those who ask, which is hardly ever. */
class ObjectPosition implements DumpPosition {
  constructor(
    readonly object: number,
    readonly place: JsonPlace,
    readonly model: string,
    private readonly compact: Uint8Array,
    private readonly pkStart: number,
    private readonly pkEnd: number,
  ) {}

  get pk(): string {
    return Buffer.from(
      this.compact.subarray(this.pkStart, Math.min(this.pkEnd, this.pkStart + MAX_NAME_LENGTH)),
    ).toString();
  }
}

/** A position that stays right when the object's bytes are gone. */
export function keepPosition(position: DumpObject['position']): DumpPosition {
  const { object, place, model, pk } = position;
  return { object, place, model, ...(pk !== undefined && { pk }) };
}

/** Whether a range has just these bytes. */
export function sameBytes(compact: Uint8Array, start: number, end: number, bytes: Uint8Array): boolean {
  if (bytes.length !== end - start) return false;
  for (let offset = 0; offset < bytes.length; offset++) {
    if (bytes[offset] !== compact[start + offset]) return false;
  }
  return true;
}

export function checkFieldName(name: string, position: DumpPosition): void {
  if (name === '' || name.length > MAX_NAME_LENGTH || name.includes('\0')) {
    throw dumpError(position, `has a field whose name is empty or longer than ${MAX_NAME_LENGTH} characters`);
  }
}

function knownMember(compact: Uint8Array, start: number, end: number): Uint8Array | null {
  return MEMBERS.find(name => sameBytes(compact, start, end, name)) ?? null;
}
