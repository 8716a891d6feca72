import { rename, rm } from 'node:fs/promises';
import { hasCode } from './postgres-server.js';

/** Gives a finished folder its name; if another process was first, keeps that one's and removes this. */
export async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    await rm(from, { recursive: true, force: true });
  }
}
