import type { RowMatcherOptions } from './row-matcher.js';

/**
 * Sizes at which a restore changes its way with rows. They were measured and are no settings of the product:
 * tests make them smaller, and reach with hundreds of rows what takes a school thousands.
 */
export interface StageSizes {
  /** Rows of a table that are kept in memory until it shows whether they are many. */
  readonly manyRowsBytes: number;
  /** Rows kept in memory over all tables before they are staged whatever their number. */
  readonly waitingBytes: number;
  /** Size of a live table from which on its rows are read to find those that are equal before any are staged. */
  readonly largeTableBytes: number;
  /** How rows of the file are matched with those of such a table. */
  readonly matcher: RowMatcherOptions;
  /** Staged rows that are written early by one statement, at least; other rows wait for it. */
  readonly earlyRows: number;
  /** Staged rows that may wait to be written early before the matching waits for them. */
  readonly waitingEarlyRows: number;
  /** Below this many rows a table's indexes are never dropped and built again: it would save nothing. */
  readonly smallTableRows: number;
}

export const STAGE_SIZES: StageSizes = {
  manyRowsBytes: 1 << 20,
  waitingBytes: 8 << 20,
  largeTableBytes: 8 << 20,
  matcher: {},
  // The work of a tenth of a second, and of ten seconds, so that the server has work while rows of the next table are matched.
  earlyRows: 4_000,
  waitingEarlyRows: 300_000,
  smallTableRows: 50_000,
};
