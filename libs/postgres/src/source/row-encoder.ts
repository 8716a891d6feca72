import { ColumnClass } from './column-class.js';
import { ascii, MachineEncoder, PART_BYTES } from './machine-encoder.js';
import { wrongColumns } from './rows-encoder.js';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const BACKSLASH = 0x5c;

/**
 * Turns rows of `COPY … TO STDOUT` in text format, as they stand in the server's messages, into lines of the archive,
 * in one pass over the bytes and with no JavaScript value per field.
 */
export class RowEncoder extends MachineEncoder<ColumnClass> {
  protected override run(at: number, end: number, out: number, limit: number): number {
    return this.machine.code.encodeText(at, end, out, limit, this.columns.length);
  }

  protected override *partsOfRow(
    source: Uint8Array,
    start: number,
    end: number,
  ): Generator<Uint8Array, void, undefined> {
    const lineFeed = end - 1;
    let at = start;
    yield ascii('[');
    for (const [column, columnClass] of this.columns.entries()) {
      if (at > lineFeed) throw wrongColumns(this.columns.length);
      if (column > 0) yield ascii(',');
      const tab = source.indexOf(TAB, at);
      const fieldEnd = tab === -1 || tab > lineFeed ? lineFeed : tab;
      yield* this.#partsOfField(columnClass, source, at, fieldEnd);
      at = fieldEnd + 1;
    }
    if (at !== end || source[lineFeed] !== LINE_FEED) throw wrongColumns(this.columns.length);
    yield ascii(']\n');
  }

  *#partsOfField(
    columnClass: number,
    source: Uint8Array,
    start: number,
    end: number,
  ): Generator<Uint8Array, void, undefined> {
    const { code, outputAt } = this.machine;
    if (end - start <= PART_BYTES) {
      const [from, to] = this.give(source, start, end);
      yield this.made(code.writeTextField(columnClass, from, to, outputAt));
      return;
    }
    if (columnClass !== ColumnClass.text && columnClass !== ColumnClass.plain) {
      throw wrongColumns(this.columns.length);
    }
    yield ascii('"');
    for (let at = start, partEnd; at < end; at = partEnd) {
      partEnd = Math.min(at + PART_BYTES, end);
      if (partEnd < end && endsInEscape(source, at, partEnd)) partEnd--;
      const [from, to] = this.give(source, at, partEnd);
      yield this.made(code.writeCopyTextPart(from, to));
    }
    yield ascii('"');
  }
}

/** Whether the last byte is a backslash whose letter comes behind: one of an odd number of them. */
function endsInEscape(source: Uint8Array, start: number, end: number): boolean {
  let backslashes = 0;
  while (end - 1 - backslashes >= start && source[end - 1 - backslashes] === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
