import { readdir } from 'node:fs/promises';
import { BackupError } from '@satchel/domain';
import { LocalStorage } from './local-storage.js';

const MIB = 1_048_576;

/**
 * A process that writes two MiB and then waits to be killed, or goes on to 64 MiB, which its disk does not hold, and says
 * how that went and what is left.
 */
export default async function writeBackup(
  folder: string,
  key: string,
  then: 'waits' | 'goes on',
): Promise<void> {
  const chunk = new Uint8Array(MIB);
  async function* body() {
    yield chunk;
    yield chunk;
    if (then === 'waits') {
      console.log('writing');
      // A timer keeps the process alive; a promise alone would not.
      await new Promise(resolve => setTimeout(resolve, 600_000));
    }
    for (let i = 2; i < 64; i++) yield chunk;
  }
  try {
    await new LocalStorage(folder).write(key, body());
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const { setting, code } = error.context;
    console.log(JSON.stringify({ kind: error.kind, setting, code, left: await readdir(folder) }));
  }
}
