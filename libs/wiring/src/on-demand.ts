import type {
  BackupFilter,
  BackupId,
  BackupRecord,
  DatabaseStatus,
  JobError,
  Manifest,
  NewBackup,
  NewRestore,
  OpenSourceOptions,
  Relation,
  RestorePlan,
  RestoreRecord,
  RestoreRequest,
  Scope,
  SourceSession,
  TargetSession,
} from '@satchel/domain';
import { BackupCatalog, BackupSource, DatabaseProbe, RestoreTarget } from '@satchel/domain';

/**
 * Ports whose adapter is made at the first call: a command that needs no database neither loads a driver nor starts a
 * server, and one whose catalog is out of reach finds out where it asks, not where it starts.
 */
export type Make<T> = () => Promise<T>;

/** Makes the adapter once; after a failure the next call tries again. */
export function once<T>(make: Make<T>): Make<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}

export class OnDemandSource extends BackupSource {
  readonly #adapter: Make<BackupSource>;

  constructor(make: Make<BackupSource>) {
    super();
    this.#adapter = once(make);
  }

  async open(scope: Scope, options: OpenSourceOptions): Promise<SourceSession> {
    return (await this.#adapter()).open(scope, options);
  }
}

export class OnDemandTarget extends RestoreTarget {
  readonly #adapter: Make<RestoreTarget>;

  constructor(make: Make<RestoreTarget>) {
    super();
    this.#adapter = once(make);
  }

  async relations(signal?: AbortSignal): Promise<readonly Relation[]> {
    return (await this.#adapter()).relations(signal);
  }

  async begin(request: RestoreRequest, signal?: AbortSignal): Promise<TargetSession> {
    return (await this.#adapter()).begin(request, signal);
  }
}

export class OnDemandProbe extends DatabaseProbe {
  readonly #adapter: Make<DatabaseProbe>;

  constructor(make: Make<DatabaseProbe>) {
    super();
    this.#adapter = once(make);
  }

  async probe(signal?: AbortSignal): Promise<DatabaseStatus> {
    return (await this.#adapter()).probe(signal);
  }
}

export class OnDemandCatalog extends BackupCatalog {
  readonly #adapter: Make<BackupCatalog>;
  #made: BackupCatalog | undefined;

  constructor(make: Make<BackupCatalog>) {
    super();
    const adapter = once(make);
    this.#adapter = async () => {
      const made = await adapter();
      this.#made = made;
      return made;
    };
  }

  async begin(backup: NewBackup): Promise<void> {
    return (await this.#adapter()).begin(backup);
  }

  async finish(backupId: BackupId, location: string, manifest: Manifest): Promise<void> {
    return (await this.#adapter()).finish(backupId, location, manifest);
  }

  async fail(backupId: BackupId, state: 'failed' | 'cancelled', error: JobError): Promise<void> {
    return (await this.#adapter()).fail(backupId, state, error);
  }

  async adopt(location: string, manifest: Manifest): Promise<'added' | 'updated' | 'unchanged'> {
    return (await this.#adapter()).adopt(location, manifest);
  }

  async markVerified(backupId: BackupId, verifiedAt: Date): Promise<void> {
    return (await this.#adapter()).markVerified(backupId, verifiedAt);
  }

  async markDeleted(backupId: BackupId, deletedAt: Date): Promise<void> {
    return (await this.#adapter()).markDeleted(backupId, deletedAt);
  }

  async get(backupId: BackupId): Promise<BackupRecord | null> {
    return (await this.#adapter()).get(backupId);
  }

  async find(
    filter: BackupFilter,
  ): Promise<{ readonly total: number; readonly items: readonly BackupRecord[] }> {
    return (await this.#adapter()).find(filter);
  }

  async beginRestore(restore: NewRestore): Promise<void> {
    return (await this.#adapter()).beginRestore(restore);
  }

  async finishRestore(
    restoreId: string,
    report: RestorePlan,
    safetyBackupId: BackupId | null,
  ): Promise<void> {
    return (await this.#adapter()).finishRestore(restoreId, report, safetyBackupId);
  }

  async failRestore(restoreId: string, state: 'failed' | 'cancelled', error: JobError): Promise<void> {
    return (await this.#adapter()).failRestore(restoreId, state, error);
  }

  async getRestore(restoreId: string): Promise<RestoreRecord | null> {
    return (await this.#adapter()).getRestore(restoreId);
  }

  async findRestores(filter: {
    limit?: number;
    offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly RestoreRecord[] }> {
    return (await this.#adapter()).findRestores(filter);
  }

  /** Of a catalog that nobody asked, there is nothing to close. */
  async close(): Promise<void> {
    await this.#made?.close();
  }
}
