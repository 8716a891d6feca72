import type {
  AuditLog,
  BackupCatalog,
  BackupId,
  BackupSource,
  BackupStorage,
  ChosenDestinations,
  Clock,
  Compression,
  EncryptFor,
  FoundDefinition,
  KeyRing,
  Manifest,
  RunOptions,
  ScopeConfig,
  SourceSession,
} from '@satchel/domain';
import { checkBackupName, findScope, SYSTEM_ACTOR, toBackupError, toJobError } from '@satchel/domain';
import { AuditTrail } from './audit-trail.js';
import { BestEffortCatalog } from './best-effort-catalog.js';
import { storeArchive } from './store-archive.js';

export interface CreateBackupCommand {
  readonly backupId: BackupId;
  /** The backup type: a scope's name. */
  readonly scopeName: string;
  readonly name: string | null;
  readonly compression: Compression;
  /** Connections to read with, at most; at least 1. */
  readonly jobs: number;
  readonly requestedBy: string | null;
  /** Whom this one is encrypted for; as the installation does it, if absent. */
  readonly encryptFor?: EncryptFor | null;
  /** Where it is kept, which its manifest says; in all destinations, if absent. Bringing it there is `KeepCopies`' work. */
  readonly destinations?: ChosenDestinations;
}

export interface CreateBackupResult {
  readonly backupId: BackupId;
  /** The archive's name in the storage. */
  readonly file: string;
  readonly location: string;
  readonly manifest: Manifest;
  /** Those that it was read over: as many as asked for, or fewer where more would bring nothing. */
  readonly connections: number;
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
    readonly storage: BackupStorage,
    /** The storage's name in the catalog: an absolute folder. */
    private readonly location: string,
    private readonly catalog: BackupCatalog,
    private readonly audit: AuditLog,
    readonly keyRing: KeyRing,
    readonly clock: Clock,
    /** Product and version, for the archive's header. */
    private readonly product: string,
  ) {}

  async run(command: CreateBackupCommand, options: RunOptions = {}): Promise<CreateBackupResult> {
    const catalog = new BestEffortCatalog(this.catalog);
    const { scopeName, name, destinations } = command;
    const action = {
      actor: options.actor ?? SYSTEM_ACTOR,
      action: 'backup.create' as const,
      subject: command.backupId,
      details: { type: scopeName, name, ...(destinations && { destinations }) },
    };
    return new AuditTrail(this.audit, catalog).run(
      action,
      () => this.#create(command, options, catalog),
      ({ file, manifest }) => ({
        file,
        rows: manifest.footer.totals.rows,
        sizeBytes: manifest.stored.sizeBytes,
      }),
    );
  }

  async #create(
    command: CreateBackupCommand,
    options: RunOptions,
    catalog: BestEffortCatalog,
  ): Promise<CreateBackupResult> {
    const { backupId, scopeName, requestedBy } = command;
    const scope = findScope(this.scopeConfig, scopeName);
    const name = command.name === null ? null : checkBackupName(command.name);
    const isWhole = scope.include.includes('*');
    const startedAt = this.clock.now();
    // While the source is opened: both wait for a server.
    const opening = this.source.open(scope, { jobs: command.jobs, signal: options.signal });
    // Of all or nothing: a part of the tables is put back where the tables are.
    const definition = opening.then(session => (isWhole ? session.definition?.() : undefined));
    // Told below, however long the catalog takes.
    definition.catch(() => undefined);
    try {
      await catalog.attempt(index => index.begin({ backupId, scopeName, name, requestedBy, startedAt }));
    } catch (refused) {
      await definition.catch(() => undefined);
      await opening.then(session => session.close()).catch(() => undefined);
      throw refused;
    }
    try {
      const session = await opening;
      const manifest = await this.#store(command, name, startedAt, session, definition, options);
      await catalog.attempt(index => index.finish(backupId, this.location, manifest));
      return {
        backupId,
        file: manifest.stored.file,
        location: this.location,
        manifest,
        connections: session.jobs,
        warnings: catalog.warnings,
      };
    } catch (thrown) {
      const error = toJobError(toBackupError(thrown));
      const state = error.kind === 'cancelled' ? 'cancelled' : 'failed';
      await catalog.attempt(index => index.fail(backupId, state, error));
      throw thrown;
    }
  }

  async #store(
    { backupId, scopeName, requestedBy, compression, encryptFor, destinations }: CreateBackupCommand,
    name: string | null,
    startedAt: Date,
    session: SourceSession,
    definition: Promise<FoundDefinition | undefined>,
    options: RunOptions,
  ): Promise<Manifest> {
    try {
      const backup = { id: backupId, type: scopeName, name, createdBy: requestedBy, product: this.product };
      return await storeArchive(
        session,
        {
          backup,
          startedAt,
          compression,
          definition: await definition,
          encryptFor: encryptFor === undefined ? await this.keyRing.encryptFor() : encryptFor,
          destinations,
          phase: 'writing',
        },
        this,
        options,
      );
    } finally {
      await session.close();
    }
  }
}
