import type { ClientBase } from 'pg';
import type { RowBatch } from '@satchel/domain';
import { quoteColumns } from '../quote-identifier.js';
import { BinaryRowDecoder, type BinaryRows } from './binary-row-decoder.js';
import { CopyIn } from './copy-in.js';
import { RowDecoder } from './row-decoder.js';
import { RowTrail } from './row-trail.js';
import type { TableRestore } from './table-restore.js';

/** A batch, and in binary form what has one; null where the table's types have none. */
interface DecodedBatch {
  readonly batch: RowBatch;
  readonly decoded: BinaryRows | null;
}

/**
 * Copies a table's rows from the file into the live table or a temporary one beside it.
 *
 * They go in binary form, which the server takes in less than half the time of text; a batch's rows from the first on
 * that has a value without a binary form of its own (a date before Christ, an old file's way to write a time) go as text,
 * and tables with types that are not known in binary go as text altogether.
 */
export class RowCopy {
  readonly #into: string;
  readonly #options: string[];
  readonly #binary: BinaryRowDecoder | null;
  readonly #keep: readonly boolean[];
  #text: RowDecoder | null = null;

  /**
   * @param into   a table, quoted
   * @param freeze whether rows may be stored as if they had been there for long: only into a table that this transaction
   *               has emptied
   */
  constructor(
    private readonly client: ClientBase,
    private readonly table: TableRestore,
    into: string,
    freeze: boolean,
  ) {
    const names = table.columns.map(column => column.name);
    this.#into = names.length === 0 ? into : `${into} (${quoteColumns(names)})`;
    this.#options = freeze ? ['FREEZE'] : [];
    this.#keep = table.match.columns.map(column => column.live !== null);
    this.#binary = binaryDecoder(table);
  }

  /** @returns rows stored, as the server counted them */
  async copy(rows: AsyncIterable<RowBatch>): Promise<number> {
    return await this.#copy(this.#decodeAll(rows));
  }

  /**
   * Makes a batch ready while the connection is busy with something else, which would wait for it else.
   *
   * @returns what copies it, as `copy` does; it must be done before the next batch is made ready
   */
  prepare(batch: RowBatch): () => Promise<number> {
    const decoded = this.#decode(batch);
    return () => this.#copy([decoded]);
  }

  async *#decodeAll(rows: AsyncIterable<RowBatch>): AsyncIterable<DecodedBatch> {
    for await (const batch of rows) yield this.#decode(batch);
  }

  #decode(batch: RowBatch): DecodedBatch {
    return { batch, decoded: this.#binary?.decode(batch) ?? null };
  }

  async #copy(rows: AsyncIterable<DecodedBatch> | Iterable<DecodedBatch>): Promise<number> {
    const trail = new RowTrail(this.table);
    let copy: CopyIn | null = null;
    let stored = 0;
    try {
      for await (const { batch, decoded } of rows) {
        if (this.#binary === null || decoded === null) {
          copy ??= this.#begin('text', trail);
          trail.note(batch);
          await copy.write((this.#text ??= this.#textDecoder(0)).decode(batch));
          continue;
        }
        const { bytes, rest } = decoded;
        if (bytes.length > 0) {
          if (copy === null) {
            copy = this.#begin('binary', trail);
            await copy.write(this.#binary.header());
          }
          // With a rest, the buffer is given back after that.
          trail.note(rest === null ? batch : { bytes: batch.bytes, rows: batch.rows });
          await copy.write(bytes);
        }
        if (rest === null) continue;
        if (copy !== null) stored += await this.#end(copy);
        copy = this.#begin('text', trail);
        trail.note(rest);
        await copy.write(this.#textDecoder(this.#binary.rows - rest.rows).decode(rest));
        stored += await copy.end();
        copy = null;
      }
      if (copy !== null) stored += await this.#end(copy);
      trail.forget();
      return stored;
    } catch (error) {
      await copy?.abandon();
      throw trail.locate(error);
    }
  }

  #begin(format: 'binary' | 'text', trail: RowTrail): CopyIn {
    trail.begin();
    const options = [...this.#options, ...(format === 'binary' ? ['FORMAT binary'] : [])];
    return new CopyIn(
      this.client,
      `COPY ${this.#into} FROM STDIN${options.length === 0 ? '' : ` (${options.join(', ')})`}`,
    );
  }

  async #end(copy: CopyIn): Promise<number> {
    if (this.#binary !== null) await copy.write(this.#binary.trailer());
    return await copy.end();
  }

  #textDecoder(rowsBefore: number): RowDecoder {
    return new RowDecoder(this.#keep, this.table.label, rowsBefore);
  }
}

function binaryDecoder(table: TableRestore): BinaryRowDecoder | null {
  const kinds = BinaryRowDecoder.kindsOf(table.columns);
  if (kinds === null || kinds.length === 0) return null;
  let next = 0;
  const columns = table.match.columns.map(column => {
    const kind = column.live === null ? undefined : kinds[next++];
    return kind === undefined ? null : { kind };
  });
  return new BinaryRowDecoder(columns, table.label);
}
