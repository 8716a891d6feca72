import type {
  BackupCatalog,
  BackupStorage,
  Clock,
  DatabaseProbe,
  DatabaseStatus,
  ErrorKind,
  RestoreRecord,
  RunOptions,
  Scope,
  StorageProbe,
  StorageStatus,
} from '@satchel/domain';
import { toBackupError } from '@satchel/domain';
import type { CopySources } from './copies/copy-sources.js';
import type { StoredBackup } from './stored-manifests.js';
import { readStoredBackups } from './stored-manifests.js';
import type { MeasuredPromise, MeasuredPromises } from './measured-promises.js';

/** A part that answered, or why it did not. */
export type Reached<T> =
  | ({ readonly reachable: true } & T)
  | { readonly reachable: false; readonly kind: ErrorKind; readonly problem: string };

export interface NewestBackup {
  readonly scopeName: string;
  readonly title: string;
  /** Null: there is none, so nothing protects these tables. */
  readonly backupId: string | null;
  readonly file: string | null;
  readonly finishedAt: string | null;
  readonly ageMs: number | null;
  /** Whether a good backup holds its tables: one of this type, or of a type that leaves nothing out. */
  readonly covered: boolean;
}

export interface SystemStatusResult {
  /** Whether everything is as it should be: all parts reachable, the storage writable, every type covered. */
  readonly healthy: boolean;
  readonly database: Reached<DatabaseStatus>;
  readonly storage: Reached<
    StorageStatus & { readonly usedBytes: number; readonly backups: number; readonly withoutManifest: number }
  >;
  readonly catalog: Reached<{ readonly backups: number }>;
  /** One per backup type, in the configuration's order. */
  readonly newest: readonly NewestBackup[];
  /** Newest first, at most five. */
  readonly restores: readonly RestoreRecord[];
  /** What can be promised of each type; none while the catalog is out of reach. */
  readonly promises: readonly MeasuredPromise[];
  readonly warnings: readonly string[];
}

const RESTORES_SHOWN = 5;

/** Looks at everything a backup needs and says how it is. A part that is down is an answer, never an error. */
export class SystemStatus {
  constructor(
    private readonly scopes: readonly Scope[],
    private readonly database: DatabaseProbe,
    private readonly space: StorageProbe,
    private readonly storage: BackupStorage,
    private readonly catalog: BackupCatalog,
    private readonly clock: Clock,
    private readonly promises: MeasuredPromises,
    private readonly sources: CopySources,
  ) {}

  async run(options: RunOptions = {}): Promise<SystemStatusResult> {
    const database = await reach(() => this.database.probe(options.signal));
    const stored = await reach(() => readStoredBackups(this.storage, options.signal));
    const space = await reach(() => this.space.probe());
    const catalog = await reach(async () => ({
      backups: (await this.catalog.find({ limit: 1 })).total,
      restores: (await this.catalog.findRestores({ limit: RESTORES_SHOWN })).items,
    }));
    const promises = catalog.reachable
      ? await reach(async () => ({ of: await this.promises.run() }))
      : catalog;
    const backups = stored.reachable ? stored.backups : [];
    const newest = await this.#newestAnywhere(backups, options);
    return {
      healthy:
        database.reachable &&
        catalog.reachable &&
        stored.reachable &&
        space.reachable &&
        space.writable &&
        newest.every(({ covered }) => covered),
      database,
      storage: !space.reachable
        ? space
        : !stored.reachable
          ? {
              ...space,
              usedBytes: 0,
              backups: 0,
              withoutManifest: 0,
              writable: false,
              problem: stored.problem,
            }
          : {
              ...space,
              usedBytes: sumSizes(backups),
              backups: backups.length,
              withoutManifest: stored.withoutManifest.length,
            },
      catalog: catalog.reachable ? { reachable: true, backups: catalog.backups } : catalog,
      newest,
      restores: catalog.reachable ? catalog.restores : [],
      promises: promises.reachable && 'of' in promises ? promises.of : [],
      warnings: stored.reachable ? stored.warnings : [],
    };
  }

  /** The other destinations are asked only for what the primary cannot answer. */
  async #newestAnywhere(primary: readonly StoredBackup[], { signal }: RunOptions): Promise<NewestBackup[]> {
    const newest = this.#newestOfEach(primary);
    if (newest.every(({ backupId }) => backupId !== null) || !this.sources.areSeveral) return newest;
    const anywhere = await reach(() => this.sources.stored(signal));
    return anywhere.reachable ? this.#newestOfEach(anywhere.backups) : newest;
  }

  #newestOfEach(backups: readonly StoredBackup[]): NewestBackup[] {
    const now = this.clock.now();
    const newest = this.scopes.map(scope => ({ scope, backup: newestOf(scope, backups) }));
    const everything = newest.some(({ scope, backup }) => backup !== undefined && leavesNothingOut(scope));
    return newest.map(({ scope, backup }) => ({
      scopeName: scope.name,
      title: scope.title,
      backupId: backup?.manifest.header.backup.id ?? null,
      file: backup?.manifest.stored.file ?? null,
      finishedAt: backup?.manifest.finishedAt ?? null,
      ageMs: backup ? now.getTime() - new Date(backup.manifest.finishedAt).getTime() : null,
      covered: everything || backup !== undefined,
    }));
  }
}

async function reach<T extends object>(ask: () => Promise<T>): Promise<Reached<T>> {
  try {
    return { reachable: true, ...(await ask()) };
  } catch (thrown) {
    const error = toBackupError(thrown);
    if (error.kind === 'cancelled') throw error;
    return { reachable: false, kind: error.kind, problem: error.message };
  }
}

function newestOf(scope: Scope, backups: readonly StoredBackup[]): StoredBackup | undefined {
  return backups.find(({ manifest, complete }) => complete && manifest.header.backup.type === scope.name);
}

function leavesNothingOut({ include, exclude }: Scope): boolean {
  return include.includes('*') && exclude.length === 0;
}

function sumSizes(backups: readonly StoredBackup[]): number {
  return backups.reduce((sum, { manifest }) => sum + manifest.stored.sizeBytes, 0);
}
