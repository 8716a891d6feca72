import { hash } from 'node:crypto';
import type { RowBatch } from '@satchel/domain';

const LINE_FEED = 0x0a;
const LANES = 8;

/**
 * A digest of a table's rows that does not depend on their order: the sum, lane by lane, of each row's SHA-256. A database
 * gives rows back in an order of its own, and an archive's digests go by the order in which they were written.
 */
export class RowSetDigest {
  readonly #lanes = new Uint32Array(LANES);
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** @param bytes whole rows, each with its line feed */
  update({ bytes }: RowBatch): void {
    let start = 0;
    while (start < bytes.length) {
      const end = bytes.indexOf(LINE_FEED, start);
      const stop = end === -1 ? bytes.length : end;
      this.#add(bytes.subarray(start, stop));
      start = stop + 1;
    }
  }

  value(): string {
    return `${this.#rows}:${[...this.#lanes].map(lane => lane.toString(16).padStart(8, '0')).join('')}`;
  }

  #add(row: Uint8Array): void {
    const digest = hash('sha256', row, 'buffer');
    for (let lane = 0; lane < LANES; lane += 1) {
      // Typed arrays of 32 bits wrap round by themselves.
      this.#lanes[lane] = (this.#lanes[lane] ?? 0) + digest.readUInt32LE(lane * 4);
    }
    this.#rows += 1;
  }
}
