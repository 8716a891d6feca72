import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** Where Linux keeps files in memory. Containers often have 64 MB there. */
const MEMORY_FOLDER = '/dev/shm';

/** Bytes that a few servers take at the same time, with copies of their programs. */
const SERVER_BYTES = 2 * 2 ** 30;

/** Where a test's servers are made: in memory where there is room, for a disk takes several times as long. */
export async function quickFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(MEMORY_FOLDER);
    return bavail * bsize < SERVER_BYTES ? tmpdir() : MEMORY_FOLDER;
  } catch {
    return tmpdir();
  }
}
