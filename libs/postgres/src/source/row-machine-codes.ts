/* What `RowMachine` and the WebAssembly behind it have agreed on; compiled into both. */

/** Bytes of messages that are handed over at a time. */
export const INPUT_BYTES = 256 * 1024;
/** Bytes of lines that are made at a time. */
export const OUTPUT_BYTES = 256 * 1024;
/** Columns that a table of PostgreSQL has at most. */
export const MAX_COLUMNS = 1600;

/** A message of more bytes is not encoded as a whole: six times as much could not be written. */
export const MAX_SMALL_ROW_BYTES = 32 * 1024;

/* Why encoding has stopped. */
/** All is read, or what follows is no row, or not whole. */
export const DONE = 0;
/** The next row might need more room than there is. */
export const FULL = 1;
/** The next row is too large to be encoded as a whole. */
export const LARGE = 2;
/** The end of binary rows has been read. */
export const TRAILER = 3;
/** A row does not have the columns that it should have. */
export const WRONG_COLUMNS = 4;
/** A value is in a binary form that is not known here. */
export const UNKNOWN_FORM = 5;
