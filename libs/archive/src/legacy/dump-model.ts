import { MAX_COLUMNS } from '../archive-format.js';
import { decodeString, endOfString, endOfValue } from '../json/compact-json.js';
import { dumpError, type DumpPosition } from './dump-error.js';
import { checkFieldName, keepPosition, sameBytes, type DumpObject } from './dump-object.js';

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;

/** Most names that a message lists. */
const MAX_LISTED = 10;

/** Where a field first had an array, and where first anything else (null included). */
export interface FieldKinds {
  firstArray: DumpPosition | null;
  firstOther: DumpPosition | null;
}

/** One model of a dump: its fields, in the order of its first object, and where they are in the object at hand. */
export class DumpModel {
  readonly fields: string[] = [];
  readonly kinds: FieldKinds[] = [];
  objects = 0;
  /** Of the object that `locate` saw last, by field: where in its bytes the value is. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly #names: Uint8Array[] = [];
  readonly #byName = new Map<string, number>();
  /** By field, the object that had it last; tells a field that is missing from one that stands twice. */
  readonly #seenIn: number[] = [];

  constructor(readonly name: string) {}

  /** The table's name in Django's convention. */
  get table(): string {
    return this.name.replace('.', '_');
  }

  /**
   * Finds the values of one object's fields.
   *
   * @throws BackupError `invalid_backup` if it has other fields than the model's first object, or one of them twice
   */
  locate(compact: Uint8Array, object: DumpObject): void {
    const { position } = object;
    const first = this.objects === 0;
    this.objects++;
    let expected = 0;
    let found = 0;
    const unknown: string[] = [];
    for (let at = object.fieldsStart + 1; compact[at] !== CLOSE_BRACE;) {
      const nameEnd = endOfString(compact, at);
      // Objects of a model nearly always have their fields in the same order.
      let index = this.#hasName(compact, at, nameEnd, expected) ? expected : -1;
      if (index < 0) {
        const name = decodeString(compact, at, nameEnd);
        index = this.#byName.get(name) ?? -1;
        if (index < 0 && first) {
          checkFieldName(name, position);
          if (this.fields.length >= MAX_COLUMNS) {
            throw dumpError(position, `has more than ${MAX_COLUMNS} fields`, 'too_large');
          }
          index = this.#add(name, compact.slice(at, nameEnd));
        } else if (index < 0) {
          unknown.push(name);
        }
      }
      const valueStart = nameEnd + 1;
      const valueEnd = endOfValue(compact, valueStart);
      if (index >= 0) {
        if (this.#seenIn[index] === position.object) {
          throw dumpError(position, `has two fields named ${JSON.stringify(this.fields[index])}`);
        }
        this.#seenIn[index] = position.object;
        this.starts[index] = valueStart;
        this.ends[index] = valueEnd;
        this.#note(index, compact[valueStart] as number, position);
        found++;
        expected = index + 1;
      }
      at = compact[valueEnd] === COMMA ? valueEnd + 1 : valueEnd;
    }
    if (unknown.length > 0 || found < this.fields.length) {
      const missing = this.fields.filter((_, index) => this.#seenIn[index] !== position.object);
      throw dumpError(
        position,
        `${differences(unknown, missing)} than the first ${this.name} of the file; all objects of a model must have the same fields`,
      );
    }
  }

  #add(name: string, bytes: Uint8Array): number {
    const index = this.fields.length;
    this.fields.push(name);
    this.kinds.push({ firstArray: null, firstOther: null });
    this.#names.push(bytes);
    this.#byName.set(name, index);
    this.#seenIn.push(0);
    return index;
  }

  #note(index: number, firstByte: number, position: DumpObject['position']): void {
    const kinds = this.kinds[index];
    if (!kinds) return;
    if (firstByte === OPEN_BRACKET) kinds.firstArray ??= keepPosition(position);
    else kinds.firstOther ??= keepPosition(position);
  }

  #hasName(compact: Uint8Array, start: number, end: number, index: number): boolean {
    const name = this.#names[index];
    return name !== undefined && sameBytes(compact, start, end, name);
  }
}

function differences(unknown: readonly string[], missing: readonly string[]): string {
  const parts: string[] = [];
  if (unknown.length > 0) parts.push(`more (${listed(unknown)})`);
  if (missing.length > 0) parts.push(`fewer (without ${listed(missing)})`);
  return `has ${parts.join(' and ')} fields`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).map(name => JSON.stringify(name.slice(0, 80)));
  if (names.length > MAX_LISTED) shown.push('…');
  return shown.join(', ');
}
