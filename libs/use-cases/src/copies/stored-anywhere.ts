import type { BackupError, OpenDestination, StorageKey } from '@satchel/domain';
import { manifestKey, toBackupError } from '@satchel/domain';
import { readStoredBackups, readStoredManifest, type StoredBackup } from '../stored-manifests.js';
import { holds, lookInto, type Look } from './look-into-destination.js';

/** The backups of all destinations. */
export interface StoredAnywhere {
  /** Newest first; `complete` where any destination has it whole. */
  readonly backups: readonly StoredBackup[];
  /** Files that are no manifests, archives without one, and destinations that are out of reach, in words. */
  readonly warnings: readonly string[];
}

/**
 * Reads the manifests of the primary, and of the others what the primary lacks: of what it has, their lists of names are enough.
 *
 * @param isOwed whether a copy is of a deleted backup, and only waits to be removed
 * @throws BackupError what is wrong with the primary, if all destinations are out of reach; `cancelled`
 */
export async function readStoredAnywhere(
  [primary, ...others]: readonly [OpenDestination, ...OpenDestination[]],
  isOwed: (file: StorageKey, destination: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<StoredAnywhere> {
  const [first, looks] = await Promise.all([
    readPrimary(primary, signal),
    Promise.all(others.map(other => lookInto(other))),
  ]);
  if (first.problem !== null && looks.every(({ problem }) => problem !== null)) throw first.problem;
  const found = new Map(first.backups.map(backup => [backup.manifest.stored.file, backup]));
  const warnings = [...first.warnings, ...outOfReach(primary, first.problem)];
  for (const look of looks) {
    warnings.push(...outOfReach(look.destination, look.problem));
    for (const file of look.archives.keys()) {
      if (!holds(look, file) || isOwed(file, look.destination.name)) continue;
      const known = found.get(file);
      if (known?.complete) continue;
      try {
        const backup = known ?? (await readOne(look, file, signal));
        if (backup !== null) found.set(file, { ...backup, complete: isWhole(look, backup) });
      } catch (thrown) {
        const error = toBackupError(thrown);
        if (error.kind === 'cancelled') throw error;
        // Deleted by somebody since it was listed.
        if (error.kind === 'not_found') continue;
        warnings.push(`${manifestKey(file)} in ${look.destination.name} is left alone: ${error.message}`);
      }
    }
  }
  const backups = [...found.values()].sort((a, b) =>
    b.manifest.finishedAt.localeCompare(a.manifest.finishedAt),
  );
  return { backups, warnings };
}

async function readPrimary({ storage }: OpenDestination, signal: AbortSignal | undefined) {
  try {
    return { ...(await readStoredBackups(storage, signal)), problem: null };
  } catch (thrown) {
    const problem = toBackupError(thrown);
    if (problem.kind === 'cancelled') throw problem;
    return { backups: [], warnings: [], problem };
  }
}

function outOfReach({ name }: OpenDestination, problem: BackupError | null): readonly string[] {
  return problem === null ? [] : [`The destination ${name}: ${problem.message}`];
}

/** @returns null for a manifest that describes another file */
async function readOne(
  { destination }: Look,
  file: StorageKey,
  signal: AbortSignal | undefined,
): Promise<StoredBackup | null> {
  const key = manifestKey(file);
  const manifest = await readStoredManifest(destination.storage, key, signal);
  return manifest.stored.file === file ? { manifest, manifestKey: key, complete: false } : null;
}

function isWhole({ archives }: Look, { manifest: { stored } }: StoredBackup): boolean {
  return archives.get(stored.file) === stored.sizeBytes;
}
