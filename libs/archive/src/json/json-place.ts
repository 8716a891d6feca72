import { BackupError } from '@satchel/domain';

/** Where in a document something is. */
export interface JsonPlace {
  /** Counted from 0, over the whole document. */
  readonly byte: number;
  /** Both counted from 1; a column is a byte, so that it can be found in a hex dump as well. */
  readonly line: number;
  readonly column: number;
}

/** Keeps track of lines while chunks go by; a line ends at its line feed. */
export class PlaceTracker {
  /** The document's byte at which the current chunk starts. */
  chunkStart = 0;
  #line = 1;
  #lineStart = 0;

  get line(): number {
    return this.#line;
  }

  /** @param index into the current chunk, just behind a line feed */
  newLine(index: number): void {
    this.#line += 1;
    this.#lineStart = this.chunkStart + index;
  }

  /** @param index into the current chunk */
  at(index: number): JsonPlace {
    const byte = this.chunkStart + index;
    return { byte, line: this.#line, column: byte - this.#lineStart + 1 };
  }
}

/** An error that says where it is: `Line 17, column 5: expected a comma.` */
export function errorAt(
  place: JsonPlace,
  problem: string,
  kind: 'invalid_backup' | 'unsupported' | 'too_large' = 'invalid_backup',
): BackupError {
  return new BackupError(kind, `Line ${place.line}, column ${place.column}: ${problem}.`, { ...place });
}
