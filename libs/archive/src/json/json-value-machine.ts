import type { ByteSink } from './byte-sink.js';
import { errorAt, type PlaceTracker } from './json-place.js';

/** What the next byte may be. */
const State = {
  value: 0,
  valueOrEnd: 1,
  key: 2,
  keyOrEnd: 3,
  colon: 4,
  afterValue: 5,
  string: 6,
  escape: 7,
  hex: 8,
  lowBackslash: 9,
  lowU: 10,
  literal: 11,
  numberMinus: 12,
  numberZero: 13,
  numberInteger: 14,
  numberPoint: 15,
  numberFraction: 16,
  numberExponent: 17,
  numberExponentSign: 18,
  numberExponentDigits: 19,
} as const;

const OBJECT = 0;
const ARRAY = 1;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const SLASH = 0x2f;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const LITERALS = { n: bytes('null'), t: bytes('true'), f: bytes('false') };

/** Bytes that stand for themselves inside a string; chunks are checked to be UTF-8 before they come here. */
const PLAIN = new Uint8Array(256).map((_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** The letter of a control byte's short escape, and 0 where it has none. */
const SHORT_ESCAPE = new Uint8Array(0x20);
for (const [letter, byte] of Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13 }))
  SHORT_ESCAPE[byte] = letter.charCodeAt(0);

const HEX_DIGITS = bytes('0123456789abcdef');

/**
 * Reads one JSON value byte by byte and can stop after any of them, so that chunks may break anywhere. It checks the
 * grammar (RFC 8259, strictly), refuses what PostgreSQL cannot store (U+0000, half a surrogate pair), and on request
 * copies the value in compact form: no white space outside strings, strings in the archive's own escaping.
 */
export class JsonValueMachine {
  /** Plain values (not arrays, objects or member names) that were begun since `begin`. */
  scalars = 0;
  #state: number = State.value;
  #done = false;
  readonly #containers: Uint8Array;
  #depth = 0;
  #maxDepth = 0;
  #depthProblem = '';
  #sink: ByteSink | null = null;
  #maxBytes = 0;
  #stringIsKey = false;
  #hexDigits = 0;
  #codeUnit = 0;
  #highSurrogate = 0;
  #literal: Uint8Array = LITERALS.n;
  #literalIndex = 0;

  constructor(
    private readonly place: PlaceTracker,
    deepest: number,
  ) {
    this.#containers = new Uint8Array(deepest);
  }

  /** Whether the value that was begun has ended. */
  get done(): boolean {
    return this.#done;
  }

  /**
   * Gets ready for a value.
   *
   * @param maxDepth     arrays and objects that may be inside one another, this value counted
   * @param depthProblem what to say if there are more
   * @param sink         takes the value in compact form; null to pass over it
   * @param maxBytes     of the compact form
   */
  begin(maxDepth: number, depthProblem: string, sink: ByteSink | null, maxBytes: number): void {
    this.#state = State.value;
    this.#done = false;
    this.#depth = 0;
    this.#maxDepth = Math.min(maxDepth, this.#containers.length);
    this.#depthProblem = depthProblem;
    this.#sink = sink;
    this.#maxBytes = maxBytes;
    this.scalars = 0;
    this.#stringIsKey = false;
    sink?.allow(maxBytes);
  }

  /** Gets ready for the rest of a member name whose quote is still to come. */
  beginKey(sink: ByteSink, maxBytes: number): void {
    this.begin(0, '', sink, maxBytes);
    this.#state = State.key;
    this.#stringIsKey = true;
  }

  /** The document has ended: a number at the top level ends with it. */
  endOfInput(): void {
    if (this.#depth === 0 && numberMayEnd(this.#state)) this.#done = true;
  }

  /** What was being read when the document ended, for people. */
  get unfinished(): string {
    if (this.#state >= State.string && this.#state <= State.lowU) return 'a string';
    if (this.#depth === 0) return 'a value';
    return this.#containers[this.#depth - 1] === ARRAY ? 'an array' : 'an object';
  }

  /**
   * Goes on with the value.
   *
   * @returns where in the chunk it stopped: behind the value if `done`, else at `end`
   * @throws BackupError `invalid_backup` at the byte that is wrong, `too_large` for a value over `maxBytes`
   */
  run(chunk: Uint8Array, start: number, end: number): number {
    let pos = start;
    /** Bytes of the chunk from here to `pos` are still to be copied as they are. */
    let from = start;
    let state: number = this.#state;

    while (pos < end) {
      if (state === State.string) {
        while (pos < end && PLAIN[chunk[pos] as number] === 1) pos++;
        if (pos === end) break;
        const byte = chunk[pos] as number;
        if (byte === QUOTE) {
          pos++;
          if (this.#stringIsKey) {
            this.#stringIsKey = false;
            if (this.#depth === 0) {
              this.#done = true;
              break;
            }
            state = State.colon;
          } else if (this.#depth === 0) {
            this.#done = true;
            break;
          } else {
            state = State.afterValue;
          }
        } else if (byte === BACKSLASH) {
          const escaped = pos + 1 < end ? (chunk[pos + 1] as number) : 0;
          if (isShortEscape(escaped)) {
            pos += 2;
          } else {
            this.#copy(chunk, from, pos);
            pos++;
            from = pos;
            state = State.escape;
          }
        } else {
          throw errorAt(this.place.at(pos), 'a control character in a string must be written as an escape');
        }
        continue;
      }

      const byte = chunk[pos] as number;
      switch (state) {
        case State.value:
        case State.valueOrEnd:
        case State.key:
        case State.keyOrEnd:
        case State.colon:
        case State.afterValue:
          if (byte === SPACE || byte === LF || byte === CR || byte === TAB) {
            this.#copy(chunk, from, pos);
            pos = skipWhiteSpace(chunk, pos, end, this.place);
            from = pos;
            break;
          }
          switch (state) {
            case State.afterValue: {
              const inArray = this.#containers[this.#depth - 1] === ARRAY;
              if (byte === COMMA) {
                state = inArray ? State.value : State.key;
              } else if (byte === (inArray ? CLOSE_BRACKET : CLOSE_BRACE)) {
                this.#depth--;
              } else {
                throw errorAt(this.place.at(pos), `expected a comma or "${inArray ? ']' : '}'}"`);
              }
              pos++;
              break;
            }
            case State.colon:
              if (byte !== COLON) throw errorAt(this.place.at(pos), 'expected a colon');
              pos++;
              state = State.value;
              break;
            case State.key:
            case State.keyOrEnd:
              if (byte === QUOTE) {
                this.#stringIsKey = true;
                state = State.string;
              } else if (byte === CLOSE_BRACE && state === State.keyOrEnd) {
                this.#depth--;
                state = State.afterValue;
              } else {
                const allowed =
                  state === State.keyOrEnd
                    ? 'a member name in double quotes or "}"'
                    : 'a member name in double quotes';
                throw errorAt(this.place.at(pos), `expected ${allowed}`);
              }
              pos++;
              break;
            default:
              if (byte === QUOTE) {
                this.scalars++;
                state = State.string;
              } else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
                this.#open(pos, byte === OPEN_BRACKET ? ARRAY : OBJECT);
                state = byte === OPEN_BRACKET ? State.valueOrEnd : State.keyOrEnd;
              } else if (byte === CLOSE_BRACKET && state === State.valueOrEnd) {
                this.#depth--;
                state = State.afterValue;
              } else {
                this.scalars++;
                state = this.#beginPlain(byte, pos);
              }
              pos++;
          }
          if (state === State.afterValue && this.#depth === 0) this.#done = true;
          break;

        case State.literal:
          if (byte !== this.#literal[this.#literalIndex]) throw this.#notAValue(pos);
          pos++;
          if (++this.#literalIndex === this.#literal.length) {
            state = State.afterValue;
            if (this.#depth === 0) this.#done = true;
          }
          break;

        case State.escape:
          if (byte === LETTER_U) {
            this.#hexDigits = 0;
            this.#codeUnit = 0;
            state = State.hex;
            pos++;
            from = pos;
          } else if (byte === SLASH) {
            from = pos;
            pos++;
            state = State.string;
          } else if (isShortEscape(byte)) {
            this.#emit(BACKSLASH, pos);
            from = pos;
            pos++;
            state = State.string;
          } else {
            throw errorAt(this.place.at(pos), 'not an escape that JSON knows');
          }
          break;

        case State.hex: {
          const digit = hexValue(byte);
          if (digit < 0) throw errorAt(this.place.at(pos), 'expected four hexadecimal digits after \\u');
          this.#codeUnit = this.#codeUnit * 16 + digit;
          if (++this.#hexDigits === 4) state = this.#endEscape(pos);
          pos++;
          from = pos;
          break;
        }

        case State.lowBackslash:
          if (byte !== BACKSLASH) throw this.#loneSurrogate(pos);
          state = State.lowU;
          pos++;
          from = pos;
          break;

        case State.lowU:
          if (byte !== LETTER_U) throw this.#loneSurrogate(pos);
          this.#hexDigits = 0;
          this.#codeUnit = 0;
          state = State.hex;
          pos++;
          from = pos;
          break;

        default: {
          const next = nextNumberState(state, byte);
          if (next >= 0) {
            state = next;
            pos++;
          } else if (numberMayEnd(state)) {
            state = State.afterValue;
            if (this.#depth === 0) this.#done = true;
          } else {
            throw errorAt(this.place.at(pos), 'not a number as JSON writes it: expected a digit');
          }
        }
      }
      if (this.#done) break;
    }
    this.#copy(chunk, from, pos);
    this.#state = state;
    return pos;
  }

  #open(pos: number, container: number): void {
    if (this.#depth >= this.#maxDepth) throw errorAt(this.place.at(pos), this.#depthProblem);
    this.#containers[this.#depth++] = container;
  }

  #beginPlain(byte: number, pos: number): number {
    if (byte === MINUS) return State.numberMinus;
    if (byte === ZERO) return State.numberZero;
    if (byte > ZERO && byte <= NINE) return State.numberInteger;
    const literal =
      byte === 0x6e ? LITERALS.n : byte === 0x74 ? LITERALS.t : byte === 0x66 ? LITERALS.f : null;
    if (!literal) throw this.#notAValue(pos);
    this.#literal = literal;
    this.#literalIndex = 1;
    return State.literal;
  }

  /** Writes the code unit that four digits made, once its other half is there. */
  #endEscape(pos: number): number {
    const unit = this.#codeUnit;
    if (this.#highSurrogate !== 0) {
      if (unit < 0xdc00 || unit > 0xdfff) throw this.#loneSurrogate(pos);
      this.#emitCharacter(0x10000 + ((this.#highSurrogate - 0xd800) << 10) + (unit - 0xdc00), pos);
      this.#highSurrogate = 0;
      return State.string;
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
      this.#highSurrogate = unit;
      return State.lowBackslash;
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) throw this.#loneSurrogate(pos);
    if (unit === 0) throw errorAt(this.place.at(pos), 'U+0000 in a string: PostgreSQL cannot store it');
    this.#emitCharacter(unit, pos);
    return State.string;
  }

  #emitCharacter(code: number, pos: number): void {
    if (code < 0x20) {
      this.#emit(BACKSLASH, pos);
      const letter = SHORT_ESCAPE[code] as number;
      if (letter !== 0) {
        this.#emit(letter, pos);
      } else {
        this.#emit(LETTER_U, pos);
        this.#emit(ZERO, pos);
        this.#emit(ZERO, pos);
        this.#emit(HEX_DIGITS[code >> 4] as number, pos);
        this.#emit(HEX_DIGITS[code & 15] as number, pos);
      }
    } else if (code < 0x80) {
      if (code === QUOTE || code === BACKSLASH) this.#emit(BACKSLASH, pos);
      this.#emit(code, pos);
    } else if (code < 0x800) {
      this.#emit(0xc0 | (code >> 6), pos);
      this.#emit(0x80 | (code & 0x3f), pos);
    } else if (code < 0x10000) {
      this.#emit(0xe0 | (code >> 12), pos);
      this.#emit(0x80 | ((code >> 6) & 0x3f), pos);
      this.#emit(0x80 | (code & 0x3f), pos);
    } else {
      this.#emit(0xf0 | (code >> 18), pos);
      this.#emit(0x80 | ((code >> 12) & 0x3f), pos);
      this.#emit(0x80 | ((code >> 6) & 0x3f), pos);
      this.#emit(0x80 | (code & 0x3f), pos);
    }
  }

  #emit(byte: number, pos: number): void {
    if (this.#sink && !this.#sink.push(byte)) throw this.#tooLarge(pos);
  }

  #copy(chunk: Uint8Array, from: number, to: number): void {
    if (this.#sink && to > from && !this.#sink.append(chunk, from, to)) throw this.#tooLarge(from);
  }

  #tooLarge(pos: number): Error {
    return errorAt(
      this.place.at(pos),
      `a value is larger than ${this.#maxBytes} bytes, the most that is read`,
      'too_large',
    );
  }

  #loneSurrogate(pos: number): Error {
    return errorAt(this.place.at(pos), 'half of a surrogate pair in a string: it stands for no character');
  }

  #notAValue(pos: number): Error {
    return errorAt(this.place.at(pos), 'expected a value');
  }
}

/** @returns the first byte from `pos` on that is not white space, or `end` */
export function skipWhiteSpace(chunk: Uint8Array, pos: number, end: number, place: PlaceTracker): number {
  let at = pos;
  while (at < end) {
    const byte = chunk[at] as number;
    if (byte === LF) place.newLine(at + 1);
    else if (byte !== SPACE && byte !== CR && byte !== TAB) break;
    at++;
  }
  return at;
}

/** Escapes of two bytes that the canonical form has too: all but `\/`. */
function isShortEscape(byte: number): boolean {
  return (
    byte === QUOTE ||
    byte === BACKSLASH ||
    byte === 0x6e ||
    byte === 0x74 ||
    byte === 0x72 ||
    byte === 0x62 ||
    byte === 0x66
  );
}

function hexValue(byte: number): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** @returns the state after one more byte of a number, or -1 if the byte is not part of it */
function nextNumberState(state: number, byte: number): number {
  const digit = byte >= ZERO && byte <= NINE;
  const exponent = byte === 0x65 || byte === 0x45;
  switch (state) {
    case State.numberMinus:
      return byte === ZERO ? State.numberZero : digit ? State.numberInteger : -1;
    case State.numberZero:
      return byte === 0x2e ? State.numberPoint : exponent ? State.numberExponent : -1;
    case State.numberInteger:
      return digit ? state : byte === 0x2e ? State.numberPoint : exponent ? State.numberExponent : -1;
    case State.numberPoint:
      return digit ? State.numberFraction : -1;
    case State.numberFraction:
      return digit ? state : exponent ? State.numberExponent : -1;
    case State.numberExponent:
      return digit
        ? State.numberExponentDigits
        : byte === 0x2b || byte === MINUS
          ? State.numberExponentSign
          : -1;
    default:
      return digit ? State.numberExponentDigits : -1;
  }
}

function numberMayEnd(state: number): boolean {
  return (
    state === State.numberZero ||
    state === State.numberInteger ||
    state === State.numberFraction ||
    state === State.numberExponentDigits
  );
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
