import type { RowBatch } from '@satchel/domain';
import { BATCH_BYTES } from '../archive-format.js';
import { ByteSink } from '../json/byte-sink.js';
import type { JsonScanner } from '../json/json-scanner.js';
import { DumpWalk } from './dump-walk.js';
import type { RowMaker } from './row-maker.js';

/** Rows of one relation that follow one another in the dump. */
interface RunPiece extends RowBatch {
  readonly relation: number;
}

/** Pulls rows out of one walk through a dump, piece by piece; what a turn of the walk yields waits here. */
export class RowRuns {
  readonly #walk: DumpWalk;
  readonly #waiting: RunPiece[] = [];
  readonly #sink = new ByteSink();
  #relation: number | null = null;
  #rows = 0;
  #ended = false;

  constructor(
    scanner: JsonScanner,
    private readonly maker: RowMaker,
  ) {
    this.#walk = new DumpWalk(scanner);
  }

  /** The relation of the next rows; null once there are none. */
  async nextRelation(): Promise<number | null> {
    return (await this.#peek())?.relation ?? null;
  }

  /** The next rows if they are of this relation; else null, and they stay. */
  async take(relation: number): Promise<RowBatch | null> {
    const piece = await this.#peek();
    if (piece?.relation !== relation) return null;
    this.#waiting.shift();
    return { bytes: piece.bytes, rows: piece.rows };
  }

  async #peek(): Promise<RunPiece | null> {
    while (this.#waiting.length === 0 && !this.#ended) {
      this.#ended = await this.#walk.walk(
        (object, model, compact) => {
          const relation = this.maker.relationOf(model);
          if (relation === null) return;
          if (relation !== this.#relation) this.#endPiece();
          this.#relation = relation;
          this.#rows += this.maker.append(this.#sink, object, model, compact);
        },
        () => this.#sink.length >= BATCH_BYTES,
      );
      this.#endPiece();
    }
    return this.#waiting[0] ?? null;
  }

  #endPiece(): void {
    if (this.#rows > 0 && this.#relation !== null) {
      this.#waiting.push({ relation: this.#relation, bytes: this.#sink.copy(), rows: this.#rows });
    }
    this.#sink.clear();
    this.#rows = 0;
  }
}
