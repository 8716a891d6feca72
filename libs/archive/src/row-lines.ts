import { ROW_LINES } from './generated/row-lines.wasm.js';
import { BEFORE_BYTES, PIECE_BYTES } from './row-lines-sizes.js';

/** What `assembly/row-lines.ts` exports, where each is described. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  inputArea(): number;
  outputArea(): number;
  separate(length: number): number;
  join(length: number, atRowStart: boolean, isFirst: boolean): void;
  consumedBytes(): number;
  producedBytes(): number;
  lastRowEnd(): number;
  rowCount(): number;
  hasEnded(): number;
  isBroken(): number;
  isAtRowStart(): number;
}

interface Machine {
  readonly code: Exports;
  readonly input: Uint8Array;
  /** From the bytes on that stand for what was written before. */
  readonly output: Uint8Array;
}

let started: Machine | null = null;

/** Each call of the machine stands for itself, so a thread needs one; it is compiled when it is first asked for. */
function machine(): Machine {
  if (started !== null) return started;
  const module = new WebAssembly.Module(Buffer.from(ROW_LINES, 'base64'));
  const code = new WebAssembly.Instance(module).exports as Exports;
  started = {
    code,
    input: new Uint8Array(code.memory.buffer, code.inputArea(), PIECE_BYTES),
    output: new Uint8Array(code.memory.buffer, code.outputArea(), BEFORE_BYTES + 2 * PIECE_BYTES),
  };
  return started;
}

/**
 * Copies rows, each followed by a line feed, as they stand in a document: with a comma before each line feed but the last,
 * which is left out.
 *
 * @param rows at least one row
 * @returns    bytes written, or -1 if `target` has no room for them
 */
export function writeRowLines(rows: Uint8Array, target: Uint8Array): number {
  const { code, input, output } = machine();
  const last = rows.length - 1;
  let written = 0;
  for (let at = 0; at < last; at += PIECE_BYTES) {
    const piece = rows.subarray(at, Math.min(at + PIECE_BYTES, last));
    input.set(piece);
    const produced = code.separate(piece.length);
    if (produced > target.length - written) return -1;
    target.set(output.subarray(BEFORE_BYTES, BEFORE_BYTES + produced), written);
    written += produced;
  }
  return written;
}

/**
 * Reads row lines piece by piece, wherever the pieces are cut: drops each comma before a line feed, so that rows come
 * out one per line, and notices the end of a part. Its state is that between two pieces.
 */
export class RowLineReader {
  /** Bytes of the source and of the target that the last call used. */
  consumed = 0;
  produced = 0;
  /** End of the last whole row in the target; unchanged by a call that ended none. */
  rowsEnd = 0;
  /** Whole rows so far. */
  rows = 0;
  /** Whether the last row has ended; what follows in the source is the `]` that closes the rows. */
  ended = false;
  /** Whether a line was met that cannot be a row's. */
  broken = false;
  #atRowStart = true;

  /**
   * Copies from `source` to `target` until one of them ends, or the part, or something is not a row. A row that was
   * begun by the last call must stand, as far as it got, before `to`.
   */
  read(source: Uint8Array, from: number, target: Uint8Array, to: number): void {
    this.consumed = 0;
    this.produced = 0;
    while (!this.ended && !this.broken) {
      const at = from + this.consumed;
      // Fewer bytes are never produced than fit: none is written that was not read.
      const length = Math.min(source.length - at, target.length - to - this.produced, PIECE_BYTES);
      if (length === 0) return;
      this.#readPiece(source.subarray(at, at + length), target, to + this.produced);
    }
  }

  #readPiece(piece: Uint8Array, target: Uint8Array, to: number): void {
    const { code, input, output } = machine();
    const before = Math.min(to, BEFORE_BYTES);
    output.set(target.subarray(to - before, to), BEFORE_BYTES - before);
    input.set(piece);
    code.join(piece.length, this.#atRowStart, this.rows === 0);
    const produced = code.producedBytes();
    // With what was there before: its comma may have become a line feed.
    target.set(output.subarray(BEFORE_BYTES - before, BEFORE_BYTES + produced), to - before);
    this.consumed += code.consumedBytes();
    this.produced += produced;
    this.rows += code.rowCount();
    if (code.lastRowEnd() !== -1) this.rowsEnd = to + code.lastRowEnd();
    this.ended = code.hasEnded() !== 0;
    this.broken = code.isBroken() !== 0;
    this.#atRowStart = code.isAtRowStart() !== 0;
  }
}
