import type { BackupError, OpenDestination, StorageKey } from '@satchel/domain';
import { isArchiveKey, isManifestKey, manifestKey, toBackupError } from '@satchel/domain';

/** What a destination holds, by names and sizes alone: no object is read. */
export interface Look {
  readonly destination: OpenDestination;
  /** Null: it answered. */
  readonly problem: BackupError | null;
  /** Archives by name, with their sizes. */
  readonly archives: ReadonlyMap<StorageKey, number>;
  readonly manifests: ReadonlySet<StorageKey>;
}

/** One that is out of reach is an answer, not an error. @throws BackupError `cancelled` */
export async function lookInto(destination: OpenDestination): Promise<Look> {
  const archives = new Map<StorageKey, number>();
  const manifests = new Set<StorageKey>();
  let problem: BackupError | null = null;
  try {
    for await (const { key, sizeBytes } of destination.storage.list()) {
      if (isManifestKey(key)) manifests.add(key);
      else if (isArchiveKey(key)) archives.set(key, sizeBytes);
    }
  } catch (thrown) {
    problem = toBackupError(thrown);
    if (problem.kind === 'cancelled') throw problem;
  }
  return { destination, problem, archives, manifests };
}

/** Whether both parts of a backup are there. */
export function holds({ archives, manifests }: Look, file: StorageKey): boolean {
  return archives.has(file) && manifests.has(manifestKey(file));
}
