import { checksum, neededKey, readBackup, verifyArchive, type VerifiedArchive } from '@satchel/archive';
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
  UnlockKeys,
} from '@satchel/domain';
import {
  BackupError,
  hasKeys,
  NO_KEYS,
  SYSTEM_ACTOR,
  throwIfCancelled,
  toBackupError,
  totalByRelation,
} from '@satchel/domain';
import { AuditTrail } from './audit-trail.js';
import type { BackupFile } from './backup-file.js';
import { BestEffortCatalog } from './best-effort-catalog.js';
import { keysToTry } from './keys-to-try.js';

export interface VerifyBackupCommand {
  readonly file: BackupFile;
  /** What stands beside the file; null if nothing does. */
  readonly manifest: Manifest | null;
  /** For an encrypted file; those of the installation are tried as well. */
  readonly keys?: UnlockKeys | undefined;
}

export interface VerifyBackupResult {
  readonly file: string;
  readonly sizeBytes: number;
  readonly format: BackupReader['format'];
  readonly compression: BackupReader['compression'];
  /** Whether the stored bytes are encrypted. */
  readonly encrypted: boolean;
  /**
   * Whether the content was read. Without a key only the stored bytes are compared with the manifest, and what is said of the
   * content is the manifest's word.
   */
  readonly opened: boolean;
  /** What the signature says; null where the content was not opened. */
  readonly origin: Origin | null;
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
 * What is encrypted is opened where there is a key; without one the stored bytes alone are compared, and the result says so.
 * Without a manifest it is no backup of ours: at a shell, such a look needs no database and leaves no trace in one.
 *
 * @throws BackupError `invalid_backup` at the first damage, `unsupported` for a newer format, `wrong_key` if a key was brought that
 *   does not fit, or there is neither a key nor a manifest
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
    { file, manifest, keys }: VerifyBackupCommand,
    options: RunOptions,
    catalog: BestEffortCatalog,
  ): Promise<VerifyBackupResult> {
    if (manifest) await compareStored(file, manifest, options);
    const encrypted = (await neededKey(file)) !== null;
    const verified = await this.#open({ file, manifest, keys }, encrypted, options);
    if (manifest && verified && manifest.footer.digest !== verified.footer.digest)
      throw disagrees(file, 'the rows');
    if (manifest) {
      await catalog.attempt(index => index.markVerified(manifest.header.backup.id, this.clock.now()));
    }
    const found = verified ?? (manifest && notOpened(manifest));
    if (found === null) throw new BackupError('system_error', 'A file was neither opened nor refused.');
    return {
      file: file.name,
      sizeBytes: file.sizeBytes,
      format: found.format,
      compression: found.compression,
      encrypted,
      opened: verified !== null,
      origin: found.origin,
      backup: found.header.backup,
      source: found.header.source,
      relations: found.relations,
      rows: found.rows,
      manifest: manifest !== null,
      warnings: [...catalog.warnings, ...(verified === null ? [NOT_OPENED] : [])],
    };
  }

  /**
   * @returns null for an encrypted file that no key of the installation opens, if nobody has brought one and a manifest vouches
   *   for the stored bytes
   */
  async #open(
    { file, manifest, keys = NO_KEYS }: VerifyBackupCommand,
    encrypted: boolean,
    options: RunOptions,
  ): Promise<VerifiedArchive | null> {
    const { maxUnpackedBytes } = file;
    const toTry = await keysToTry(this.keyRing, keys);
    const readOptions = { keyRing: this.keyRing, keys: toTry, maxUnpackedBytes, signal: options.signal };
    try {
      return await readBackup(file, readOptions, reader => verifyArchive(reader, options));
    } catch (thrown) {
      const { kind } = toBackupError(thrown);
      if (encrypted && kind === 'wrong_key' && manifest !== null && !hasKeys(keys)) return null;
      throw thrown;
    }
  }
}

const NOT_OPENED =
  'The backup is encrypted and there was no key to open it: its stored bytes are those that were written, and its content was not looked at.';

/** What a manifest says of an archive that was not opened. */
function notOpened({ header, footer, stored }: Manifest) {
  return {
    format: 'satchel',
    compression: stored.compression,
    header,
    origin: null,
    relations: totalByRelation(header.relations, footer.parts),
    rows: footer.totals.rows,
  } as const;
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
