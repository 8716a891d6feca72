import { buildManifest, checksum, compress, formatManifest, writeArchive } from '@satchel/archive';
import type {
  BackupCatalog,
  BackupId,
  BackupSource,
  BackupStorage,
  Clock,
  Compression,
  KeyRing,
  Manifest,
  RunOptions,
  Scope,
  ScopeConfig,
} from '@satchel/domain';
import {
  archiveKey,
  BackupError,
  checkBackupName,
  findScope,
  manifestKey,
  throwIfCancelled,
  toBackupError,
} from '@satchel/domain';
import { BestEffortCatalog } from './best-effort-catalog.js';

export interface CreateBackupCommand {
  readonly backupId: BackupId;
  /** The backup type: a scope's name. */
  readonly scopeName: string;
  readonly name: string | null;
  readonly compression: Compression;
  /** Connections to read with, at least 1. */
  readonly jobs: number;
  readonly requestedBy: string | null;
}

export interface CreateBackupResult {
  readonly backupId: BackupId;
  /** The archive's name in the storage. */
  readonly file: string;
  readonly location: string;
  readonly manifest: Manifest;
  readonly warnings: readonly string[];
}

/**
 * Makes one backup: everything in it is as of one moment, and it exists once it has been read back and its manifest is
 * written. Whatever stops it before leaves nothing behind.
 *
 * @throws BackupError `validation_error` for an unknown type or a name that cannot be used, and what source and storage throw
 */
export class CreateBackup {
  constructor(
    private readonly scopeConfig: ScopeConfig,
    private readonly source: BackupSource,
    private readonly storage: BackupStorage,
    /** The storage's name in the catalog: an absolute folder. */
    private readonly location: string,
    private readonly catalog: BackupCatalog,
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
    /** Product and version, for the archive's header. */
    private readonly product: string,
  ) {}

  async run(command: CreateBackupCommand, options: RunOptions = {}): Promise<CreateBackupResult> {
    const { backupId, scopeName, requestedBy } = command;
    const scope = findScope(this.scopeConfig, scopeName);
    const name = command.name === null ? null : checkBackupName(command.name);
    const startedAt = this.clock.now();
    const catalog = new BestEffortCatalog(this.catalog);
    await catalog.attempt(index => index.begin({ backupId, scopeName, name, requestedBy, startedAt }));
    try {
      const manifest = await this.#store({ ...command, name }, scope, startedAt, options);
      await catalog.attempt(index => index.finish(backupId, this.location, manifest));
      return {
        backupId,
        file: manifest.stored.file,
        location: this.location,
        manifest,
        warnings: catalog.warnings,
      };
    } catch (thrown) {
      const { kind, message, context } = toBackupError(thrown);
      const state = kind === 'cancelled' ? 'cancelled' : 'failed';
      await catalog.attempt(index => index.fail(backupId, state, { kind, message, context }));
      throw thrown;
    }
  }

  async #store(
    command: CreateBackupCommand,
    scope: Scope,
    startedAt: Date,
    { signal, onProgress }: RunOptions,
  ): Promise<Manifest> {
    const { backupId, scopeName, name, compression, jobs } = command;
    const file = archiveKey({ backupId, scopeName, name, startedAt, compression });
    const session = await this.source.open(scope, { jobs, signal });
    try {
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
          backup: {
            id: backupId,
            type: scopeName,
            name,
            createdAt: startedAt.toISOString(),
            createdBy: command.requestedBy,
            snapshot: session.snapshotId,
            product: this.product,
          },
          jobs,
          keyRing: this.keyRing,
          signal,
          onProgress: progress => onProgress?.({ ...progress, totalRows }),
        },
      );
      const written = checksum(compress(archive, compression));
      const stored = await this.storage.write(file, written, signal);
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
          startedAt,
          finishedAt: this.clock.now(),
          omitted: session.omitted,
        });
        await this.storage.write(manifestKey(file), oneChunk(manifest), signal);
        return manifest;
      } catch (error) {
        // An archive without a manifest is no backup, and would only puzzle.
        await this.storage.remove(file).catch(() => undefined);
        throw error;
      }
    } finally {
      await session.close();
    }
  }
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
