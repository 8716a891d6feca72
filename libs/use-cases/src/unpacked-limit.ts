/** How many times its stored size a compressed file may have; rows of a school pack to a tenth, sparse ones to a fiftieth. */
const MAX_UNPACKED_RATIO = 200;

/** What any file may have when unpacked, in bytes: a small one may well be mostly repetition. */
const MIN_UNPACKED_LIMIT_BYTES = 1024 ** 3;

/**
 * Most bytes that may come out of a file which no manifest vouches for: a few kilobytes of a stranger can hold
 * terabytes, and would fill the database's disk with staged rows.
 */
export function unpackedLimit(sizeBytes: number): number {
  return Math.max(sizeBytes * MAX_UNPACKED_RATIO, MIN_UNPACKED_LIMIT_BYTES);
}
