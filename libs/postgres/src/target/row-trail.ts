import type { RowBatch } from '@satchel/domain';
import type { TableRestore } from './table-restore.js';

/** Bytes of rows that are remembered: more than the sockets between us and the server hold. */
const REMEMBERED_BYTES = 8 << 20;

const LF = 0x0a;

/** An error of a `COPY` with the key of the row that the server refused. */
export class RefusedRow extends Error {
  constructor(
    cause: unknown,
    readonly key: string | null,
    readonly column: string | null,
  ) {
    super('The database refused a row.', { cause });
  }
}

/**
 * Remembers the last rows that were sent, so that a row which the server refuses can be named by its key: the server
 * only says which line of the `COPY` it was, and says it some time after that line was sent.
 */
export class RowTrail {
  #recent: { readonly firstRow: number; readonly batch: RowBatch }[] = [];
  #recentBytes = 0;
  #rows = 0;
  #copyStart = 0;

  constructor(private readonly table: TableRestore) {}

  /** Says that a new `COPY` begins, which counts its lines from one. */
  begin(): void {
    this.#copyStart = this.#rows;
  }

  /** @param batch rows that are about to be sent; its buffer is given back when they are forgotten */
  note(batch: RowBatch): void {
    this.#recent.push({ firstRow: this.#rows, batch });
    this.#rows += batch.rows;
    this.#recentBytes += batch.bytes.length;
    while (this.#recentBytes > REMEMBERED_BYTES && this.#recent.length > 1) {
      const oldest = this.#recent.shift()?.batch;
      this.#recentBytes -= oldest?.bytes.length ?? 0;
      oldest?.recycle?.();
    }
  }

  /** Forgets all rows: the server has taken them. */
  forget(): void {
    for (const { batch } of this.#recent) batch.recycle?.();
    this.#recent = [];
    this.#recentBytes = 0;
  }

  /** Adds key and column to an error of the server that says in which line it happened; other errors stay as they are. */
  locate(error: unknown): unknown {
    if (!(error instanceof Error) || !('where' in error) || typeof error.where !== 'string') return error;
    // "COPY satchel_stage_3, line 17, column amount: …": what follows the column is the value, which is not for logs.
    const place = /line (\d+)(?:, column ([^:]+))?/.exec(error.where);
    if (place?.[1] === undefined) return error;
    return new RefusedRow(error, this.#keyOf(this.#copyStart + Number(place[1]) - 1), place[2] ?? null);
  }

  #keyOf(row: number): string | null {
    const found = this.#recent.findLast(({ firstRow }) => firstRow <= row);
    const key = this.table.key;
    if (found === undefined || key === null) return null;
    const bytes = Buffer.from(
      found.batch.bytes.buffer,
      found.batch.bytes.byteOffset,
      found.batch.bytes.length,
    );
    let start = 0;
    for (let at = found.firstRow; at < row; at++) start = bytes.indexOf(LF, start) + 1;
    let values: unknown;
    try {
      values = JSON.parse(bytes.toString('utf8', start, bytes.indexOf(LF, start)));
    } catch {
      return null;
    }
    if (!Array.isArray(values)) return null;
    return key
      .map(name => {
        const at = this.table.match.columns.findIndex(column => column.live?.name === name);
        return `${name} = ${String(values[at])}`;
      })
      .join(', ');
  }
}
