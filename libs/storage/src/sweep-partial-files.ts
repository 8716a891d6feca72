import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePartialFileName, writerState } from './partial-file-name.js';

/** A partial file whose writer cannot be asked is left over once it has not been touched for so long. */
export const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Removes what killed writers left: partial files whose process is dead, or that were written elsewhere and have not been
 * touched for an hour (a living writer touches its own every few minutes).
 *
 * @returns the names of the removed files
 * @throws the file system's error if the folder cannot be read or a file cannot be removed
 */
export async function sweepPartialFiles(folder: string, now = new Date()): Promise<string[]> {
  const swept: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const writer = entry.isFile() ? parsePartialFileName(entry.name) : null;
    if (!writer) continue;
    const state = writerState(writer);
    const path = join(folder, entry.name);
    if (state === 'alive' || (state === 'unknown' && !(await untouched(path, now)))) continue;
    await unlink(path).catch(ignoreMissing);
    swept.push(entry.name);
  }
  return swept;
}

async function untouched(path: string, now: Date): Promise<boolean> {
  const stats = await lstat(path).catch(ignoreMissing);
  return stats !== undefined && now.getTime() - stats.mtimeMs > ABANDONED_AFTER_MS;
}

/** Another process may have swept at the same time. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
