import type { BackupError } from '@satchel/domain';
import { MAX_DEPTH } from '../archive-format.js';
import { ByteSink } from './byte-sink.js';
import { firstDuplicateMember } from './compact-json.js';
import { errorAt, PlaceTracker, type JsonPlace } from './json-place.js';
import { JsonValueMachine, skipWhiteSpace } from './json-value-machine.js';
import { unfinishedTail, validUtf8Prefix } from './utf8.js';

/** The longest member name, with its quotes and in compact form. */
const MAX_NAME_BYTES = 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const TOO_DEEP = `more than ${MAX_DEPTH} arrays and objects inside one another`;

const NOTHING = new Uint8Array(0);

/** How the elements of an array are taken by `captureElements`. */
export interface ElementOptions {
  /** The most bytes that one element may have in compact form. */
  readonly maxBytes: number;
  /** Arrays and objects inside one another in one element, itself counted; at most `MAX_DEPTH`. */
  readonly maxDepth?: number;
  /** What to say of an element that is nested deeper. */
  readonly depthProblem?: string;
  /**
   * Called after each element.
   *
   * @param start   where the element starts in the sink; it ends at the sink's end
   * @param place   of its first byte
   * @param scalars plain values anywhere in it
   * @returns       false to be given back control before the next element
   */
  readonly onElement: (start: number, place: JsonPlace, scalars: number) => boolean;
}

/**
 * Reads a JSON document (RFC 8259, strictly; UTF-8, whose byte order mark the caller has taken away) as a stream, by
 * going into its arrays and objects and taking or passing over their values. Memory grows with nothing but what is
 * taken, nesting is bounded and never recursion, and every error says line and column.
 *
 * The order of calls is the document's: `beginObject`, then for each `nextMember` that is not null one of the methods
 * that read a value; likewise `beginArray` and `nextElement`; at last `end`. `close` releases the source at any time.
 *
 * Every method throws BackupError `invalid_backup` where the document is not JSON or ends too early, and `too_large`
 * where a value is over the limit it was given.
 */
export class JsonScanner {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #place = new PlaceTracker();
  readonly #machine: JsonValueMachine;
  readonly #small = new ByteSink();
  #namePlace: JsonPlace = { byte: 0, line: 1, column: 1 };
  #valueBytes = 0;
  #chunk: Uint8Array = NOTHING;
  #pos = 0;
  #end = 0;
  /** Bytes that begin a character and wait for the next chunk. */
  #tail: Uint8Array = NOTHING;
  #badUtf8 = false;
  #ended = false;
  #closed = false;
  /** The containers that `beginObject` and `beginArray` went into; each is true once it has had an element. */
  readonly #open: { readonly array: boolean; filled: boolean }[] = [];

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
    this.#machine = new JsonValueMachine(this.#place, MAX_DEPTH);
  }

  /** Of the next byte that will be read. */
  get place(): JsonPlace {
    return this.#place.at(this.#pos);
  }

  /** An error at a place that was kept, by default the present one. */
  errorAt(problem: string, place: JsonPlace = this.place): BackupError {
    return errorAt(place, problem);
  }

  /** Of the member name that `nextMember` returned last. */
  get namePlace(): JsonPlace {
    return this.#namePlace;
  }

  /** Bytes that the value which `readValue` returned last has in compact form. */
  get valueBytes(): number {
    return this.#valueBytes;
  }

  /** The place of the value that comes next; white space before it is passed over. */
  async nextPlace(): Promise<JsonPlace> {
    await this.#peek('a value');
    return this.place;
  }

  async beginObject(what = 'an object'): Promise<void> {
    await this.#begin(OPEN_BRACE, what);
  }

  async beginArray(what = 'an array'): Promise<void> {
    await this.#begin(OPEN_BRACKET, what);
  }

  /** @returns the name of the object's next member, whose value comes next; null once the object has ended */
  async nextMember(): Promise<string | null> {
    if (!(await this.#advance(false))) return null;
    if ((await this.#peek('a member name')) !== QUOTE) {
      throw this.errorAt('expected a member name in double quotes');
    }
    this.#namePlace = this.place;
    this.#small.clear();
    this.#machine.beginKey(this.#small, MAX_NAME_BYTES);
    await this.#runToEnd();
    const name = JSON.parse(text(this.#small.view())) as string;
    if ((await this.#peek('a colon')) !== COLON) throw this.errorAt('expected a colon');
    this.#pos++;
    return name;
  }

  /** @returns whether the array has one more element, which comes next */
  async nextElement(): Promise<boolean> {
    return this.#advance(true);
  }

  async skipValue(): Promise<void> {
    await this.#value(null, Number.POSITIVE_INFINITY);
  }

  /** Appends the next value in compact form to the sink. */
  async captureValue(sink: ByteSink, maxBytes: number): Promise<void> {
    await this.#value(sink, maxBytes);
  }

  /**
   * Reads the next value whole.
   *
   * @param maxBytes of its compact form
   * @throws BackupError `invalid_backup` also if an object in it has two members of one name
   */
  async readValue(maxBytes: number): Promise<unknown> {
    const place = await this.nextPlace();
    this.#small.clear();
    await this.#value(this.#small, maxBytes);
    const compact = this.#small.view();
    this.#valueBytes = compact.length;
    const duplicate = firstDuplicateMember(compact);
    if (duplicate !== null) throw this.errorAt(`two members are named ${JSON.stringify(duplicate)}`, place);
    return JSON.parse(text(compact)) as unknown;
  }

  /**
   * Appends the elements of the array that `beginArray` went into to the sink, one after another, until the array has
   * ended or `onElement` says to stop. Fast, because it waits for nothing but chunks.
   *
   * @returns whether the array has ended
   */
  async captureElements(sink: ByteSink, options: ElementOptions): Promise<boolean> {
    const { maxBytes, onElement, maxDepth = MAX_DEPTH, depthProblem = TOO_DEEP } = options;
    const depth = Math.min(maxDepth, MAX_DEPTH - this.#open.length);
    for (;;) {
      // `nextElement` without its promise, as long as the chunk lasts.
      if (!this.#advanceInChunk() && !(await this.#advance(true))) return true;
      if (this.#pos === this.#end || isWhiteSpace(this.#chunk[this.#pos] as number))
        await this.#peek('a value');
      const start = sink.length;
      const place = this.place;
      this.#machine.begin(depth, depthProblem, sink, maxBytes);
      this.#pos = this.#machine.run(this.#chunk, this.#pos, this.#end);
      if (!this.#machine.done) await this.#runToEnd();
      if (!onElement(start, place, this.#machine.scalars)) return false;
    }
  }

  /** Checks that nothing but white space follows. */
  async end(): Promise<void> {
    if (await this.#nextByte()) throw this.errorAt('expected the end of the file');
  }

  /** Releases the source; safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#ended) await this.#iterator.return?.();
  }

  async #begin(opening: number, what: string): Promise<void> {
    if ((await this.#peek(what)) !== opening) throw this.errorAt(`expected ${what}`);
    if (this.#open.length >= MAX_DEPTH) throw this.errorAt(TOO_DEEP);
    this.#pos++;
    this.#open.push({ array: opening === OPEN_BRACKET, filled: false });
  }

  /** Goes to the next element or member of the innermost container, or out of it. */
  async #advance(array: boolean): Promise<boolean> {
    const container = this.#open.at(-1);
    if (container?.array !== array) throw new Error('JsonScanner was not inside such a container');
    const closing = array ? CLOSE_BRACKET : CLOSE_BRACE;
    const byte = await this.#peek(array ? 'a comma or "]"' : 'a comma or "}"');
    if (byte === closing) {
      this.#pos++;
      this.#open.pop();
      return false;
    }
    if (container.filled) {
      if (byte !== COMMA) throw this.errorAt(`expected a comma or "${array ? ']' : '}'}"`);
      this.#pos++;
    }
    container.filled = true;
    return true;
  }

  /** The common case of `#advance` in an array: a comma that is right here. */
  #advanceInChunk(): boolean {
    if (this.#pos >= this.#end || this.#chunk[this.#pos] !== COMMA) return false;
    const container = this.#open.at(-1);
    if (!container?.array || !container.filled) return false;
    this.#pos++;
    return true;
  }

  async #value(sink: ByteSink | null, maxBytes: number): Promise<void> {
    await this.#peek('a value');
    this.#machine.begin(MAX_DEPTH - this.#open.length, TOO_DEEP, sink, maxBytes);
    await this.#runToEnd();
  }

  async #runToEnd(): Promise<void> {
    for (;;) {
      this.#pos = this.#machine.run(this.#chunk, this.#pos, this.#end);
      if (this.#machine.done) return;
      if (!(await this.#fill())) {
        this.#machine.endOfInput();
        if (this.#machine.done) return;
        throw this.#cutOff(`inside ${this.#machine.unfinished}`);
      }
    }
  }

  async #peek(expected: string): Promise<number> {
    if (!(await this.#nextByte())) throw this.#cutOff(`where ${expected} should be`);
    return this.#chunk[this.#pos] as number;
  }

  /** Passes over white space. @returns false at the end of the document */
  async #nextByte(): Promise<boolean> {
    for (;;) {
      this.#pos = skipWhiteSpace(this.#chunk, this.#pos, this.#end, this.#place);
      if (this.#pos < this.#end) return true;
      if (!(await this.#fill())) return false;
    }
  }

  /** Gets the next chunk once the present one is read. @returns false at the end of the document */
  async #fill(): Promise<boolean> {
    if (this.#badUtf8) throw this.errorAt('not UTF-8: this byte cannot stand here');
    while (!this.#ended) {
      const next = await this.#iterator.next();
      if (next.done === true) {
        this.#ended = true;
        break;
      }
      const { value } = next;
      if (value.length === 0) continue;
      const joined = this.#tail.length === 0 ? value : Buffer.concat([this.#tail, value]);
      const whole = joined.length - unfinishedTail(joined);
      const body = joined.subarray(0, whole);
      // A copy: the chunk is not ours any more once there is another.
      this.#tail = Uint8Array.from(joined.subarray(whole));
      if (whole === 0) continue;
      const valid = validUtf8Prefix(body);
      this.#place.chunkStart += this.#end;
      this.#chunk = body;
      this.#pos = 0;
      this.#end = valid;
      this.#badUtf8 = valid < whole;
      // What is right comes first, so that the first error in the document is the one that is told.
      if (valid === 0) throw this.errorAt('not UTF-8: this byte cannot stand here');
      return true;
    }
    if (this.#tail.length > 0) throw this.errorAt('not UTF-8: the file ends inside a character');
    return false;
  }

  #cutOff(where: string): BackupError {
    return this.errorAt(`the file ends ${where}; it was cut off, or was never whole`);
  }
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
