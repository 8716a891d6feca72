/* What `row-lines.ts` and the WebAssembly behind it have agreed on; compiled into both. */

/** Bytes that are handed over at a time: with what comes out they fit into a core's own cache. */
export const PIECE_BYTES = 64 * 1024;
/** Bytes in front of the output that stand for what was written before. */
export const BEFORE_BYTES = 16;
