import {
  buildManifest,
  checksum,
  compress,
  encrypt,
  formatManifest,
  MAX_LINE_BYTES,
  writeArchive,
} from '@satchel/archive';
import type {
  BackupHeader,
  BackupStorage,
  ChosenDestinations,
  Clock,
  Compression,
  DefinitionNote,
  EncryptFor,
  FoundDefinition,
  KeyRing,
  Manifest,
  Progress,
  RunOptions,
  SourceSession,
} from '@satchel/domain';
import { archiveKey, BackupError, describeEncryption, manifestKey, throwIfCancelled } from '@satchel/domain';

/** What an archive's header says beside its tables, and how it is written. */
export interface ArchiveFacts {
  readonly backup: Omit<BackupHeader, 'createdAt' | 'snapshot'>;
  readonly startedAt: Date;
  readonly compression: Compression;
  /** Null: it is not encrypted. */
  readonly encryptFor: EncryptFor | null;
  /** What the source says of the database's definition, where it was asked. */
  readonly definition?: FoundDefinition | undefined;
  /** Where the backup is kept; in all destinations, if absent. */
  readonly destinations?: ChosenDestinations | undefined;
  /** What the writing is called to those who watch. */
  readonly phase: Progress['phase'];
}

/** Where archives are written and what they are signed with. */
export interface ArchiveStore {
  readonly storage: BackupStorage;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

/**
 * Writes a session's rows as one archive, reads it back, and writes its manifest last: from then on it is a backup.
 * Whatever stops it before leaves nothing behind.
 *
 * The session is closed in any case, and as soon as all is read from it: its snapshot and locks are not held while the file is brought
 * to the disk and read back, which may take as long again.
 */
export async function storeArchive(
  session: SourceSession,
  facts: ArchiveFacts,
  archiveStore: ArchiveStore,
  options: RunOptions,
): Promise<Manifest> {
  try {
    return await store(session, facts, archiveStore, options);
  } finally {
    await session.close();
  }
}

async function store(
  session: SourceSession,
  facts: ArchiveFacts,
  { storage, keyRing, clock }: ArchiveStore,
  { signal, onProgress }: RunOptions,
): Promise<Manifest> {
  const { backup, startedAt, compression, encryptFor, phase } = facts;
  const definition = facts.definition && fittingDefinition(facts.definition);
  const file = archiveKey({
    backupId: backup.id,
    scopeName: backup.type,
    name: backup.name,
    startedAt,
    compression,
    encrypted: encryptFor !== null,
  });
  const slices = await session.slices();
  const totalRows = slices.reduce((sum, slice) => sum + slice.estimatedRows, 0);
  const archive = writeArchive(
    {
      source: session.source,
      relations: session.relations,
      slices: () => Promise.resolve(slices),
      copyOut: slice => session.copyOut(slice),
      sequences: () => session.sequences(),
    },
    {
      backup: { ...backup, createdAt: startedAt.toISOString(), snapshot: session.snapshotId },
      jobs: session.jobs,
      keyRing,
      definition: definition?.included === true ? definition.definition : undefined,
      signal,
      onProgress: progress => onProgress?.({ ...progress, phase, totalRows }),
    },
  );
  const written = checksum(encrypt(compress(closingAfter(archive, session), compression), encryptFor));
  const stored = await storage.write(file, written, signal);
  try {
    throwIfCancelled(signal);
    if (stored.digest !== written.digest()) throw notAsWritten(file);
    const manifest = buildManifest({
      header: archive.header,
      footer: archive.result(),
      file,
      sizeBytes: stored.sizeBytes,
      digest: stored.digest,
      compression,
      encryption: describeEncryption(encryptFor),
      startedAt,
      finishedAt: clock.now(),
      omitted: session.omitted,
      definition: definition && noteOf(definition),
      destinations: facts.destinations,
    });
    await storage.write(manifestKey(file), oneChunk(manifest), signal);
    return manifest;
  } catch (error) {
    // An archive without a manifest is no backup, and would only puzzle.
    await storage.remove(file).catch(() => undefined);
    throw error;
  }
}

/** Closes the session behind the last byte that is made of it; to wait for that is left to others. */
async function* closingAfter(
  archive: AsyncIterable<Uint8Array>,
  session: SourceSession,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* archive;
  session.close().catch(() => undefined);
}

/** One that is too long for a line of the header is left out: readers would refuse the whole archive. */
function fittingDefinition(found: FoundDefinition): FoundDefinition {
  if (!found.included) return found;
  const bytes = Buffer.byteLength(JSON.stringify(found.definition));
  if (bytes <= MAX_LINE_BYTES - 100) return found;
  const limit = MAX_LINE_BYTES / 1024 / 1024;
  return {
    included: false,
    reason: `The definition has ${bytes} bytes, and an archive takes ${limit} MB of it.`,
  };
}

function noteOf(found: FoundDefinition): DefinitionNote {
  return found.included ? { included: true, tool: found.tool } : found;
}

async function* oneChunk(manifest: Manifest): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(formatManifest(manifest));
}

function notAsWritten(file: string): BackupError {
  return new BackupError(
    'system_error',
    `What was stored as ${file} is not what was written; it has been removed. Check the disk of the backup folder.`,
    { file },
  );
}
