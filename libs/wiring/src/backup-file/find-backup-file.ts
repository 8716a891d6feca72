import type { Readable } from 'node:stream';
import { dirname, basename, join } from 'node:path';
import { readFile, stat } from 'node:fs/promises';
import { MAX_MANIFEST_BYTES, readManifest } from '@satchel/archive';
import type { BackupStorage, Manifest } from '@satchel/domain';
import { BackupError, manifestKey, toBackupError } from '@satchel/domain';
import type { BackupFile, CopySources } from '@satchel/use-cases';
import { readStoredManifest, storedFile, unpackedLimit } from '@satchel/use-cases';
import { fileOnDisk, isOnDisk } from './file-on-disk.js';
import { spoolToDisk } from './spool-to-disk.js';

export interface FoundBackupFile {
  readonly file: BackupFile;
  /** What stands beside the file; null if nothing does. */
  readonly manifest: Manifest | null;
  /** Gives the file back; a spooled one is gone then. */
  close(): Promise<void>;
}

export interface FindBackupFileOptions {
  readonly sources: CopySources;
  readonly standardInput: Readable;
  /** For files that no manifest vouches for, in bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the backup that a person means: `-` for standard input, a path, or the name of a stored backup.
 *
 * @throws BackupError as `fileOnDisk` and `spoolToDisk` do
 */
export async function findBackupFile(
  named: string,
  { sources, standardInput, maxBytes, signal }: FindBackupFileOptions,
): Promise<FoundBackupFile> {
  if (named === '-') {
    const file = await spoolToDisk(standardInput, { name: 'standard input', maxBytes, signal });
    return { file, manifest: null, close: () => file.close() };
  }
  const stored =
    (await isOnDisk(named)) || basename(named) !== named ? null : await findStored(named, sources, signal);
  if (stored !== null) return stored;
  const manifest = await manifestBeside(named);
  const file = await fileOnDisk(named, {
    maxBytes: manifest === null ? maxBytes : null,
    maxPipeBytes: maxBytes,
    signal,
  });
  return {
    file: manifest === null ? file : withEncryption(file, manifest),
    manifest,
    close: () => file.close(),
  };
}

function withEncryption(file: BackupFile, { stored }: Manifest): BackupFile {
  const { name, sizeBytes } = file;
  return { name, sizeBytes, encryption: stored.encryption, open: range => file.open(range) };
}

/** A stored backup by its name, in the first destination that has it. @returns null if none has */
async function findStored(
  key: string,
  sources: CopySources,
  signal: AbortSignal | undefined,
): Promise<FoundBackupFile | null> {
  try {
    return await sources.findIn(null, storage => openStored(key, storage, signal));
  } catch (thrown) {
    if (toBackupError(thrown).kind === 'not_found') return null;
    throw thrown;
  }
}

async function openStored(
  named: string,
  storage: BackupStorage,
  signal: AbortSignal | undefined,
): Promise<FoundBackupFile> {
  const key = manifestKey(named);
  const manifest = (await storage.stat(key)) === null ? null : await readStoredManifest(storage, key, signal);
  const stored = await storedFile(storage, named, signal, manifest);
  const file = manifest === null ? { ...stored, maxUnpackedBytes: unpackedLimit(stored.sizeBytes) } : stored;
  return { file, manifest, close: () => Promise.resolve() };
}

/** A manifest that cannot be read is damage, which the person should know of; one that is not there is not. */
async function manifestBeside(path: string): Promise<Manifest | null> {
  const beside = join(dirname(path), manifestKey(basename(path)));
  if (!(await isOnDisk(beside))) return null;
  if ((await stat(beside)).size > MAX_MANIFEST_BYTES) return null;
  const manifest = readManifest(await readFile(beside));
  if (manifest.stored.file === basename(path)) return manifest;
  throw new BackupError(
    'invalid_backup',
    `${beside} describes another file (${manifest.stored.file}). Rename the file back, or move the manifest away.`,
    { file: beside },
  );
}
