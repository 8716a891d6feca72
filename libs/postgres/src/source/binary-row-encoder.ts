import { BinaryKind } from '../binary/binary-kind.js';
import { ascii, MachineEncoder, PART_BYTES } from './machine-encoder.js';
import { DONE, UNKNOWN_FORM } from './row-machine-codes.js';
import { COPY_DATA, MESSAGE_HEADER_BYTES, unknownForm, wrongColumns } from './rows-encoder.js';

/** What comes before the first row: a signature, four bytes of flags, and the length of an extension that is skipped. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const FIXED_HEADER_BYTES = SIGNATURE.length + 8;

const JSONB_VERSION = 1;

/** The kinds whose text is made here; that of a float is left to PostgreSQL, whose choice of digits is its own. */
const ENCODED: ReadonlySet<BinaryKind> = new Set<BinaryKind>(
  Object.values(BinaryKind).filter(kind => kind !== BinaryKind.float4 && kind !== BinaryKind.float8),
);

/** A value of another kind than text is at most so long: a `numeric` of 131,072 digits and 16,383 behind the point. */
const MAX_VALUE_BYTES = 128 * 1024;

/** Whether `BinaryRowEncoder` takes columns of a kind. */
export function isEncodedKind(kind: BinaryKind): boolean {
  return ENCODED.has(kind);
}

/**
 * Turns rows of `COPY … TO STDOUT (FORMAT binary)`, as they stand in the server's messages, into the lines that
 * `RowEncoder` makes of the text form, byte for byte: the text of each value is made here instead of in the server.
 */
export class BinaryRowEncoder extends MachineEncoder<BinaryKind> {
  #hasBegun = false;

  override encode(source: Uint8Array, start: number, end: number): number {
    const at = this.#hasBegun ? start : this.#begin(source, start, end);
    return this.#hasBegun ? super.encode(source, at, end) : at;
  }

  protected override run(at: number, end: number, out: number, limit: number): number {
    return this.machine.code.encodeBinary(at, end, out, limit, this.columns.length);
  }

  protected override *partsOfRow(
    source: Uint8Array,
    start: number,
    end: number,
  ): Generator<Uint8Array, void, undefined> {
    const view = new DataView(source.buffer, source.byteOffset);
    if (view.getInt16(start) !== this.columns.length) throw wrongColumns(this.columns.length);
    let at = start + 2;
    yield ascii('[');
    for (const [column, kind] of this.columns.entries()) {
      if (column > 0) yield ascii(',');
      if (at + 4 > end) throw wrongColumns(this.columns.length);
      const length = view.getInt32(at);
      at += 4;
      if (length === -1) {
        yield ascii('null');
        continue;
      }
      if (length < 0 || at + length > end) throw wrongColumns(this.columns.length);
      yield* this.#partsOfField(kind, source, at, at + length);
      at += length;
    }
    if (at !== end) throw wrongColumns(this.columns.length);
    yield ascii(']\n');
  }

  *#partsOfField(
    kind: number,
    source: Uint8Array,
    start: number,
    end: number,
  ): Generator<Uint8Array, void, undefined> {
    const { code, outputAt } = this.machine;
    const isCut = kind === BinaryKind.text || kind === BinaryKind.jsonb || kind === BinaryKind.bytea;
    if (!isCut || end - start <= PART_BYTES) {
      if (end - start > MAX_VALUE_BYTES) throw wrongColumns(this.columns.length);
      const [from, to] = this.give(source, start, end);
      const made = this.made(code.writeBinaryField(kind, from, to - from, outputAt));
      const fault = code.takeFault();
      if (fault === UNKNOWN_FORM) throw unknownForm();
      if (fault !== DONE) throw wrongColumns(this.columns.length);
      yield made;
      return;
    }
    if (kind === BinaryKind.jsonb && source[start++] !== JSONB_VERSION) throw unknownForm();
    const write = kind === BinaryKind.bytea ? code.writeHexPart : code.writeStringPart;
    yield ascii(kind === BinaryKind.bytea ? String.raw`"\\x` : '"');
    for (let at = start; at < end; at += PART_BYTES) {
      const [from, to] = this.give(source, at, Math.min(at + PART_BYTES, end));
      yield this.made(write(from, to));
    }
    yield ascii('"');
  }

  /** Reads what comes before the first row, which may stand in the same message. */
  #begin(source: Uint8Array, at: number, end: number): number {
    if (at + MESSAGE_HEADER_BYTES > end || source[at] !== COPY_DATA) return at;
    const view = new DataView(source.buffer, source.byteOffset);
    const messageEnd = at + 1 + view.getInt32(at + 1);
    if (messageEnd < at + MESSAGE_HEADER_BYTES) throw wrongColumns(this.columns.length);
    if (messageEnd > end) return at;
    const behind = skipHeader(source, view, at + MESSAGE_HEADER_BYTES, messageEnd);
    this.#hasBegun = true;
    if (behind < messageEnd) {
      const rest = source.subarray(behind, messageEnd);
      const message = Buffer.alloc(MESSAGE_HEADER_BYTES + rest.length);
      message.writeUInt8(COPY_DATA);
      message.writeInt32BE(rest.length + MESSAGE_HEADER_BYTES - 1, 1);
      message.set(rest, MESSAGE_HEADER_BYTES);
      super.encode(message, 0, message.length);
    }
    return messageEnd;
  }
}

/** @returns the position behind the header, where the first row or the trailer stands, or the message ends */
function skipHeader(source: Uint8Array, view: DataView, at: number, end: number): number {
  if (at + FIXED_HEADER_BYTES > end) throw unknownForm();
  if (SIGNATURE.compare(source, at, at + SIGNATURE.length) !== 0) throw unknownForm();
  const flags = view.getUint32(at + SIGNATURE.length);
  const extension = view.getUint32(at + SIGNATURE.length + 4);
  const behind = at + FIXED_HEADER_BYTES + extension;
  // The one flag there has ever been announces object ids in front of rows.
  if (flags !== 0 || behind > end) throw unknownForm();
  return behind;
}
