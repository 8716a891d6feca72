import type { CatalogDatabase, CatalogDatabaseOptions } from '@satchel/catalog';
import type {
  AlarmOutbox,
  AuditLog,
  BackupCatalog,
  BackupSource,
  CopyStore,
  ChoreLedger,
  DatabaseProbe,
  IdentityStore,
  JobStore,
  KeyRing,
  RestoreTarget,
  RetentionStore,
  ScheduleStore,
  ScratchServer,
  TableEstimates,
} from '@satchel/domain';
import { Secret } from '@satchel/domain';
import type { WiringConfig } from './wiring.config.js';

/** The adapters that work on the protected database. */
export interface DatabaseAdapters {
  readonly source: BackupSource;
  readonly target: RestoreTarget;
  readonly probe: DatabaseProbe;
  readonly estimates: TableEstimates;
}

/** The database that backups protect; an embedded one is started when it is first asked for. */
export class ProtectedDatabase {
  #url: Promise<Secret<string>> | undefined;
  #adapters: Promise<DatabaseAdapters> | undefined;
  #catalogDatabase: Promise<CatalogDatabase> | undefined;
  #stopEmbedded: (() => Promise<void>) | undefined;

  constructor(
    private readonly config: Pick<
      WiringConfig,
      'databaseUrl' | 'catalogDatabaseUrl' | 'drillDatabaseUrl' | 'homeDir' | 'postgresEnvironment'
    > &
      Partial<Pick<WiringConfig, 'pgDump' | 'programPath'>>,
    private readonly notice: (line: string) => void,
    /** How many connections to the catalog's database there may be; few where nothing is said. */
    private readonly catalogOptions: CatalogDatabaseOptions = {},
  ) {}

  /** @throws BackupError `unavailable` if the embedded server cannot be started, with what to do */
  url(): Promise<Secret<string>> {
    this.#url ??= this.config.databaseUrl ? Promise.resolve(this.config.databaseUrl) : this.#startEmbedded();
    return this.#url;
  }

  /** @throws BackupError as `url` does, and `validation_error` for a URL that psql would not take either */
  adapters(): Promise<DatabaseAdapters> {
    this.#adapters ??= this.#makeAdapters();
    return this.#adapters;
  }

  /** The catalog's database: one of its own where the settings say so, else the protected one. Made once. */
  catalogDatabase(): Promise<CatalogDatabase> {
    this.#catalogDatabase ??= this.#makeCatalogDatabase().catch((error: unknown) => {
      this.#catalogDatabase = undefined;
      throw error;
    });
    return this.#catalogDatabase;
  }

  /** The catalog, on the catalog's database. */
  async openCatalog(): Promise<BackupCatalog> {
    const { TypeormCatalog } = await import('@satchel/catalog');
    return new TypeormCatalog(await this.catalogDatabase());
  }

  /** The audit log, on the catalog's database. */
  async openAuditLog(keyRing: KeyRing): Promise<AuditLog> {
    const { TypeormAuditLog } = await import('@satchel/catalog');
    return new TypeormAuditLog(await this.catalogDatabase(), keyRing);
  }

  /** Alarms and their messages, on the catalog's database. */
  async openAlarmOutbox(): Promise<AlarmOutbox> {
    const { TypeormAlarmOutbox } = await import('@satchel/catalog');
    return new TypeormAlarmOutbox(await this.catalogDatabase());
  }

  /** Users, roles, sessions and tokens, on the catalog's database. */
  async openIdentityStore(): Promise<IdentityStore> {
    const { TypeormIdentityStore } = await import('@satchel/catalog');
    return new TypeormIdentityStore(await this.catalogDatabase());
  }

  /** Who does which chore, on the catalog's database. */
  async openChoreLedger(): Promise<ChoreLedger> {
    const { TypeormChoreLedger } = await import('@satchel/catalog');
    return new TypeormChoreLedger(await this.catalogDatabase());
  }

  /** The store of jobs, on the catalog's database. */
  async openJobStore(): Promise<JobStore> {
    const { TypeormJobStore } = await import('@satchel/catalog');
    return new TypeormJobStore(await this.catalogDatabase());
  }

  /** What is known of copies, on the catalog's database. */
  async openCopyStore(): Promise<CopyStore> {
    const { TypeormCopyStore } = await import('@satchel/catalog');
    return new TypeormCopyStore(await this.catalogDatabase());
  }

  /** Schedules, on the catalog's database. */
  async openScheduleStore(): Promise<ScheduleStore> {
    const { TypeormScheduleStore } = await import('@satchel/catalog');
    return new TypeormScheduleStore(await this.catalogDatabase());
  }

  /** Pins and failed deletes, on the catalog's database. */
  async openRetentionStore(): Promise<RetentionStore> {
    const { TypeormRetentionStore } = await import('@satchel/catalog');
    return new TypeormRetentionStore(await this.catalogDatabase());
  }

  /** Where scratch databases of drills are made. */
  async scratchServer(): Promise<ScratchServer> {
    const url = await this.url();
    const { parseConnectionString, PostgresScratchServer } = await import('@satchel/postgres');
    const settingsOf = (text: Secret<string>) =>
      parseConnectionString(text.reveal(), this.config.postgresEnvironment.reveal());
    const { drillDatabaseUrl } = this.config;
    return new PostgresScratchServer(settingsOf(url), settingsOf(drillDatabaseUrl ?? url));
  }

  /** Closes the catalog's database, then gives an embedded server back; close every other connection to it first. */
  async close(): Promise<void> {
    try {
      const catalogDatabase = await this.#catalogDatabase?.catch(() => undefined);
      await catalogDatabase?.close();
    } finally {
      await this.#url?.catch(() => undefined);
      await this.#stopEmbedded?.();
    }
  }

  async #makeCatalogDatabase(): Promise<CatalogDatabase> {
    const url = this.config.catalogDatabaseUrl ?? (await this.url());
    const { driverSettings, parseConnectionString } = await import('@satchel/postgres');
    const { CatalogDatabase } = await import('@satchel/catalog');
    const settings = parseConnectionString(url.reveal(), this.config.postgresEnvironment.reveal());
    return new CatalogDatabase(await driverSettings(settings), this.catalogOptions);
  }

  async #startEmbedded(): Promise<Secret<string>> {
    const { startEmbeddedPostgres } = await import('@satchel/demo-school');
    const server = await startEmbeddedPostgres({ dataFolder: this.config.homeDir, onNotice: this.notice });
    this.#stopEmbedded = () => server.stop();
    return new Secret(server.url);
  }

  async #makeAdapters(): Promise<DatabaseAdapters> {
    const url = await this.url();
    const { parseConnectionString, PostgresProbe, PostgresSource, PostgresTableEstimates, PostgresTarget } =
      await import('@satchel/postgres');
    const settings = parseConnectionString(url.reveal(), this.config.postgresEnvironment.reveal());
    for (const warning of settings.warnings) this.notice(`Warning: ${warning}`);
    const programs = { pgDump: this.config.pgDump, programPath: this.config.programPath };
    return {
      source: new PostgresSource(settings, programs),
      target: new PostgresTarget(settings),
      probe: new PostgresProbe(settings, programs),
      estimates: new PostgresTableEstimates(settings),
    };
  }
}
