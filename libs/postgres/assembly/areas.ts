import { INPUT_BYTES, MAX_COLUMNS, OUTPUT_BYTES } from '../src/source/row-machine-codes';

/** Bytes that are read or written beyond an area's end at most: vectors of sixteen bytes are moved whole, and rows end with one. */
const MARGIN_BYTES = 64;

/** Where the caller puts messages, or the bytes of one value. */
export const INPUT: usize = memory.data(INPUT_BYTES + MARGIN_BYTES, 16);

/** Where lines, or parts of one, are written. */
export const OUTPUT: usize = memory.data(OUTPUT_BYTES + MARGIN_BYTES, 16);

/** A byte for each column: its kind, or its class. */
export const COLUMNS: usize = memory.data(MAX_COLUMNS, 16);
