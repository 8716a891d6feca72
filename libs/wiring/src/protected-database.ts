import type { BackupCatalog, BackupSource, DatabaseProbe, RestoreTarget } from '@satchel/domain';
import { Secret } from '@satchel/domain';
import type { WiringConfig } from './wiring.config.js';

/** The adapters that work on the protected database. */
export interface DatabaseAdapters {
  readonly source: BackupSource;
  readonly target: RestoreTarget;
  readonly probe: DatabaseProbe;
}

/** The database that backups protect; an embedded one is started when it is first asked for. */
export class ProtectedDatabase {
  #url: Promise<Secret<string>> | undefined;
  #adapters: Promise<DatabaseAdapters> | undefined;
  #stopEmbedded: (() => Promise<void>) | undefined;

  constructor(
    private readonly config: Pick<
      WiringConfig,
      'databaseUrl' | 'catalogDatabaseUrl' | 'homeDir' | 'postgresEnvironment'
    >,
    private readonly notice: (line: string) => void,
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

  /** The catalog: in a database of its own where the settings say so, else in the protected one. */
  async openCatalog(): Promise<BackupCatalog> {
    const url = this.config.catalogDatabaseUrl ?? (await this.url());
    const { driverSettings, parseConnectionString } = await import('@satchel/postgres');
    const { TypeormCatalog } = await import('@satchel/catalog');
    const settings = parseConnectionString(url.reveal(), this.config.postgresEnvironment.reveal());
    return new TypeormCatalog(await driverSettings(settings));
  }

  /** Gives an embedded server back; close every connection to it first. */
  async close(): Promise<void> {
    await this.#url?.catch(() => undefined);
    await this.#stopEmbedded?.();
  }

  async #startEmbedded(): Promise<Secret<string>> {
    const { startEmbeddedPostgres } = await import('@satchel/demo-school');
    const server = await startEmbeddedPostgres({ dataFolder: this.config.homeDir, onNotice: this.notice });
    this.#stopEmbedded = () => server.stop();
    return new Secret(server.url);
  }

  async #makeAdapters(): Promise<DatabaseAdapters> {
    const url = await this.url();
    const { parseConnectionString, PostgresProbe, PostgresSource, PostgresTarget } =
      await import('@satchel/postgres');
    const settings = parseConnectionString(url.reveal(), this.config.postgresEnvironment.reveal());
    for (const warning of settings.warnings) this.notice(`Warning: ${warning}`);
    return {
      source: new PostgresSource(settings),
      target: new PostgresTarget(settings),
      probe: new PostgresProbe(settings),
    };
  }
}
