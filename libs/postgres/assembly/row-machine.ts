/*
 * Makes lines of the archive of rows as the server sends them: the innermost loop of every backup. It is WebAssembly
 * for the speed (see `docs/decisions/0032-rows-are-encoded-in-webassembly.md`), knows nothing but bytes, and keeps nothing from
 * one call to the next but the texts of days and seconds. `RowMachine` calls it.
 *
 * Written in AssemblyScript: `npm run assemble` compiles it.
 */

import { COLUMNS, INPUT, OUTPUT } from './areas';
import { progress } from './progress';
import { writeHex } from './write-hex';
import { writeCopyText, writeString } from './write-string';

export { encodeBinary, takeFault, writeBinaryField } from './binary-rows';
export { encodeText, writeTextField } from './text-rows';

/** Where the areas are that the caller reads and writes. */
export function inputArea(): usize {
  return INPUT;
}
export function outputArea(): usize {
  return OUTPUT;
}
export function columnsArea(): usize {
  return COLUMNS;
}

/** How the last call of `encodeBinary` or `encodeText` ended. */
export function status(): i32 {
  return progress.status;
}
export function rows(): i32 {
  return progress.rows;
}
export function stoppedAt(): usize {
  return progress.at;
}

/** Parts of values that are too large for one call, without quotes: `from` and `end` are in the input, the result stands in the output. */
export function writeStringPart(from: usize, end: usize): usize {
  return writeString(from, end, OUTPUT);
}
export function writeCopyTextPart(from: usize, end: usize): usize {
  return writeCopyText(from, end, OUTPUT);
}
export function writeHexPart(from: usize, end: usize): usize {
  return writeHex(from, end, OUTPUT);
}
