import { checksum, readBackup, verifyArchive } from '@satchel/archive';
import type {
  AuditLog,
  BackupCatalog,
  BackupReader,
  Clock,
  KeyRing,
  Manifest,
  Origin,
  RelationTotal,
  RunOptions,
} from '@satchel/domain';
import { BackupError, SYSTEM_ACTOR, throwIfCancelled } from '@satchel/domain';
import { AuditTrail } from './audit-trail.js';
import type { BackupFile } from './backup-file.js';
import { BestEffortCatalog } from './best-effort-catalog.js';

export interface VerifyBackupCommand {
  readonly file: BackupFile;
  /** What stands beside the file; null if nothing does. */
  readonly manifest: Manifest | null;
}

export interface VerifyBackupResult {
  readonly file: string;
  readonly sizeBytes: number;
  readonly format: BackupReader['format'];
  readonly compression: BackupReader['compression'];
  readonly origin: Origin;
  readonly backup: BackupReader['header']['backup'];
  readonly source: BackupReader['header']['source'];
  readonly relations: readonly RelationTotal[];
  readonly rows: number;
  /** Whether there was a manifest, which then agrees. */
  readonly manifest: boolean;
  readonly warnings: readonly string[];
}

/**
 * Reads a backup file to its end and checks all there is to check without a database: the stored bytes against the
 * manifest, each part's rows, counts and digests, and the signature. Changes nothing but the catalog's note of it.
 * Without a manifest it is no backup of ours: at a shell, such a look needs no database and leaves no trace in one.
 *
 * @throws BackupError `invalid_backup` at the first damage, `unsupported` for a newer format
 */
export class VerifyBackup {
  constructor(
    private readonly catalog: BackupCatalog,
    private readonly audit: AuditLog,
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
  ) {}

  async run(command: VerifyBackupCommand, options: RunOptions = {}): Promise<VerifyBackupResult> {
    const { file, manifest } = command;
    const { actor = SYSTEM_ACTOR } = options;
    const catalog = new BestEffortCatalog(this.catalog);
    if (manifest === null && actor.channel === 'cli') return await this.#verify(command, options, catalog);
    const action = {
      actor,
      action: 'backup.verify' as const,
      subject: manifest?.header.backup.id ?? null,
      details: { file: file.name },
    };
    return await new AuditTrail(this.audit, catalog).run(
      action,
      () => this.#verify(command, options, catalog),
      ({ origin, rows, sizeBytes }) => ({ origin, rows, sizeBytes }),
    );
  }

  async #verify(
    { file, manifest }: VerifyBackupCommand,
    options: RunOptions,
    catalog: BestEffortCatalog,
  ): Promise<VerifyBackupResult> {
    if (manifest) await compareStored(file, manifest, options);
    const { maxUnpackedBytes } = file;
    const readOptions = { keyRing: this.keyRing, maxUnpackedBytes, signal: options.signal };
    const verified = await readBackup(file, readOptions, reader => verifyArchive(reader, options));
    if (manifest && manifest.footer.digest !== verified.footer.digest) throw disagrees(file, 'the rows');
    if (manifest) {
      await catalog.attempt(index => index.markVerified(manifest.header.backup.id, this.clock.now()));
    }
    return {
      file: file.name,
      sizeBytes: file.sizeBytes,
      format: verified.format,
      compression: verified.compression,
      origin: verified.origin,
      backup: verified.header.backup,
      source: verified.header.source,
      relations: verified.relations,
      rows: verified.rows,
      manifest: manifest !== null,
      warnings: catalog.warnings,
    };
  }
}

/**
 * The bytes on disk first: whatever else is wrong, this says whether the file is the one that was written.
 *
 * @throws BackupError `invalid_backup` if it is not
 */
export async function compareStored(
  file: BackupFile,
  manifest: Manifest,
  { signal }: RunOptions,
): Promise<void> {
  const { sizeBytes, digest } = manifest.stored;
  if (file.sizeBytes !== sizeBytes) {
    throw new BackupError(
      'invalid_backup',
      `${file.name} has ${file.sizeBytes} bytes and its manifest says ${sizeBytes}: it has been ${file.sizeBytes < sizeBytes ? 'cut off' : 'changed'}. Use another backup.`,
      { file: file.name },
    );
  }
  const bytes = checksum(await file.open());
  for await (const _ of bytes) throwIfCancelled(signal);
  if (bytes.digest() !== digest) throw disagrees(file, 'the stored bytes');
}

function disagrees(file: BackupFile, what: string): BackupError {
  return new BackupError(
    'invalid_backup',
    `${file.name} is damaged: ${what} are not those that its manifest was written for. Use another backup.`,
    { file: file.name },
  );
}
