export type FileProblem = 'empty' | 'too large' | 'kind';

/** What a backup file begins with: age, gzip, zstd, or JSON, with a byte order mark perhaps. */
const BEGINNINGS: readonly (readonly number[])[] = [
  [...new TextEncoder().encode('age-encryption.org/')],
  [0x1f, 0x8b],
  [0x28, 0xb5, 0x2f, 0xfd],
  [0xef, 0xbb, 0xbf],
];
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const JSON_BEGINNINGS = new Set([0x7b, 0x5b]);

/**
 * Looks at a file before it is sent: what cannot be a backup, or would be refused for its size, need not travel.
 *
 * @param maxBytes the server's limit; null where it is not known
 * @returns        what is wrong; null if nothing is
 */
export async function checkFile(file: Blob, maxBytes: number | null): Promise<FileProblem | null> {
  if (file.size === 0) return 'empty';
  if (maxBytes !== null && file.size > maxBytes) return 'too large';
  const bytes = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  if (BEGINNINGS.some(beginning => beginning.every((byte, index) => bytes[index] === byte))) return null;
  const first = bytes.find(byte => !WHITE_SPACE.has(byte));
  return first !== undefined && JSON_BEGINNINGS.has(first) ? null : 'kind';
}
