import type { RowBatch } from '@satchel/domain';
import { BatchBuffer } from './batch-buffer.js';
import { BATCH_BYTES, BatchPool } from './batch-pool.js';
import { placeLike } from './copy-alignment.js';
import { rowMachine, type RowMachine } from './row-machine.js';
import {
  FULL,
  INPUT_BYTES,
  LARGE,
  OUTPUT_BYTES,
  TRAILER,
  UNKNOWN_FORM,
  WRONG_COLUMNS,
} from './row-machine-codes.js';
import {
  COPY_DATA,
  MESSAGE_HEADER_BYTES,
  unknownForm,
  wrongColumns,
  type RowsEncoder,
} from './rows-encoder.js';

/** Bytes of a large value that are given to the machine at a time: six times as much fits into its output. */
export const PART_BYTES = 32 * 1024;

/**
 * Turns rows as they stand in the server's messages into lines of the archive, in WebAssembly: what is common to rows
 * as text and in binary. A row of more than 32 KB is put together of parts.
 */
export abstract class MachineEncoder<Column extends number> implements RowsEncoder {
  protected readonly machine: RowMachine = rowMachine();
  /** The kind or class of each column. */
  protected readonly columns: Uint8Array;
  readonly #buffer: BatchBuffer;
  #rows = 0;
  #hasEnded = false;

  /**
   * @param columns the kind or class of each
   * @param pool    where batches come from; the encoder's own where it is not given
   */
  constructor(columns: readonly Column[], pool = new BatchPool()) {
    this.columns = Uint8Array.from(columns);
    this.#buffer = new BatchBuffer(pool);
  }

  get rows(): number {
    return this.#rows;
  }

  encode(source: Uint8Array, start: number, end: number): number {
    this.machine.columns.set(this.columns);
    let at = start;
    for (;;) {
      if (this.#hasEnded && source[at] === COPY_DATA && at < end) throw wrongColumns(this.columns.length);
      const stopped = this.#encodeSome(source, at, end);
      if (stopped === at || stopped === end) return stopped;
      at = stopped;
    }
  }

  takeFull(): readonly RowBatch[] {
    return this.#buffer.takeFull();
  }

  takeAll(): readonly RowBatch[] {
    return this.#buffer.takeAll();
  }

  /** Encodes the messages that stand whole from `at` to `end` in the machine's memory; the same results as its exports have. */
  protected abstract run(at: number, end: number, out: number, limit: number): number;

  /**
   * Encodes one row of any size, part by part. A part is valid until the next one is asked for.
   *
   * @throws BackupError `unavailable` if it does not have the columns asked for
   */
  protected abstract partsOfRow(source: Uint8Array, start: number, end: number): Iterable<Uint8Array>;

  /** Puts bytes into the machine's input. @returns where they begin and end there */
  protected give(source: Uint8Array, start: number, end: number): readonly [number, number] {
    const { input, inputAt } = this.machine;
    const at = placeLike(source, start, 0);
    input.set(source.subarray(start, end), at);
    return [inputAt + at, inputAt + at + end - start];
  }

  /** What the machine has written into its output, which begins at `start` there. */
  protected made(end: number, start = this.machine.outputAt): Uint8Array {
    const { output, outputAt } = this.machine;
    return output.subarray(start - outputAt, end - outputAt);
  }

  /** @returns where it stopped: `start` if there is no whole row */
  #encodeSome(source: Uint8Array, start: number, end: number): number {
    const { code, outputAt } = this.machine;
    const [inputStart, inputEnd] = this.give(source, start, Math.min(end, start + INPUT_BYTES));
    const buffer = this.#buffer;
    let at = inputStart;
    for (;;) {
      const room = Math.min(OUTPUT_BYTES, buffer.bytes.length - buffer.length);
      const out = outputAt + placeLike(buffer.bytes, buffer.length, 0);
      const lines = this.made(this.run(at, inputEnd, out, out + room), out);
      buffer.bytes.set(lines, buffer.length);
      buffer.length += lines.length;
      buffer.rows += code.rows();
      this.#rows += code.rows();
      at = code.stoppedAt();
      const stopped = start + at - inputStart;
      switch (code.status()) {
        case FULL:
          // A row that does not fit into an empty batch is a large one, however few bytes it has.
          if (buffer.rows === 0 && room === OUTPUT_BYTES) return this.#encodeLarge(source, stopped, end);
          buffer.startBatch(BATCH_BYTES);
          break;
        case LARGE:
          return this.#encodeLarge(source, stopped, end);
        case TRAILER:
          this.#hasEnded = true;
          return stopped;
        case WRONG_COLUMNS:
          throw wrongColumns(this.columns.length);
        case UNKNOWN_FORM:
          throw unknownForm();
        default:
          return stopped;
      }
    }
  }

  /** @returns where the row's message ends, or `at` if it is not whole */
  #encodeLarge(source: Uint8Array, at: number, end: number): number {
    const rowEnd = at + 1 + new DataView(source.buffer, source.byteOffset).getInt32(at + 1);
    if (rowEnd > end) return at;
    const row = (): Iterable<Uint8Array> => this.partsOfRow(source, at + MESSAGE_HEADER_BYTES, rowEnd);
    let length = 0;
    for (const part of row()) length += part.length;
    const buffer = this.#buffer;
    if (buffer.bytes.length - buffer.length < length) buffer.startBatch(length);
    for (const part of row()) {
      buffer.bytes.set(part, buffer.length);
      buffer.length += part.length;
    }
    buffer.rows++;
    this.#rows++;
    return rowEnd;
  }
}

export function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
