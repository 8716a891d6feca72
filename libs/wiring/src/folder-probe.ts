import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StorageStatus } from '@satchel/domain';
import { StorageProbe } from '@satchel/domain';
import { freeSpace } from '@satchel/storage';

/** Looks at the folder of backups. One that is not there yet counts as writable where it could be made. */
export class FolderProbe extends StorageProbe {
  constructor(private readonly folder: string) {
    super();
  }

  async probe(): Promise<StorageStatus> {
    const problem = await whyNotWritable(this.folder);
    const space = await freeSpace(this.folder).catch(() => null);
    return {
      location: this.folder,
      writable: problem === null,
      problem,
      freeBytes: space?.freeBytes ?? null,
      totalBytes: space?.totalBytes ?? null,
    };
  }
}

async function whyNotWritable(folder: string): Promise<string | null> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      await access(path, constants.W_OK | constants.X_OK);
      return null;
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
      if (code === 'ENOENT' && path !== dirname(path)) continue;
      return code === 'EROFS'
        ? `${path} is on a read-only file system`
        : `${path} may not be written by this user (${String(code)})`;
    }
  }
}
