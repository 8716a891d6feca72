import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { WiringConfig } from './wiring.config.js';
import {
  AuditLog,
  BackupCatalog,
  BackupSource,
  BackupStorage,
  Clock,
  CopyStore,
  DatabaseProbe,
  Destinations,
  KeyRing,
  RestoreTarget,
  RetentionStore,
  StorageProbe,
  TableEstimates,
} from '@satchel/domain';
import {
  CheckKey,
  CopyRemoval,
  CopySources,
  CreateBackup,
  DeleteBackup,
  ListBackups,
  MeasuredPromises,
  PruneBackups,
  RebuildCatalog,
  RestoreBackup,
  SystemStatus,
  UndoRestore,
  VerifyBackup,
  type AlarmLog,
} from '@satchel/use-cases';
import { alarmProviders, noticeLog } from './alarm-providers.js';
import { ConfigDestinations } from './config-destinations.js';
import { ConfigKeyRing } from './config-key-ring.js';
import { identityProviders } from './identity-providers.js';
import { OnDemandCopyStore } from './on-demand-copy-store.js';
import { PrimaryProbe } from './primary-probe.js';
import { copyProviders } from './copy-providers.js';
import { OnDemandAuditLog } from './on-demand-audit-log.js';
import { operationProviders } from './operation-providers.js';
import {
  OnDemandCatalog,
  OnDemandProbe,
  OnDemandSource,
  OnDemandTableEstimates,
  OnDemandTarget,
} from './on-demand.js';
import { PRODUCT } from './product.js';
import { ProtectedDatabase } from './protected-database.js';
import { provide, provideClass } from './provide.js';
import { SystemClock } from './system-clock.js';

export interface WiringOptions {
  readonly config: WiringConfig;
  /** Tells a person what takes long: an embedded server that starts. */
  readonly notice: (line: string) => void;
  /** Connections to the catalog's database, at most; few, as one command needs, where nothing is said. */
  readonly catalogPoolSize?: number;
  /** Whose time counts; the machine's, if none is given. */
  readonly clock?: Clock;
  /** Where it is said what becomes of alarms; `notice` gets what goes wrong with them, if nothing is given. */
  readonly log?: AlarmLog;
}

/** Binds each port to its adapter, and builds the use cases on them. The one place that knows every adapter. */
@Module({})
export class WiringModule {
  static forOptions({ config, notice, catalogPoolSize, clock, log }: WiringOptions): DynamicModule {
    const [{ location }] = config.destinations;
    const ports = [
      provide(Clock, [], () => clock ?? new SystemClock()),
      provide(KeyRing, [], () => new ConfigKeyRing(config)),
      provide(Destinations, [], () => new ConfigDestinations(config.destinations)),
      provide(BackupStorage, [Destinations], ({ all: [primary] }: Destinations) => primary.storage),
      provide(StorageProbe, [Destinations], ({ all: [primary] }: Destinations) => new PrimaryProbe(primary)),
      provide(
        ProtectedDatabase,
        [],
        () =>
          new ProtectedDatabase(
            config,
            notice,
            catalogPoolSize === undefined ? {} : { poolSize: catalogPoolSize },
          ),
      ),
      provide(
        BackupSource,
        [ProtectedDatabase],
        (database: ProtectedDatabase) => new OnDemandSource(async () => (await database.adapters()).source),
      ),
      provide(
        RestoreTarget,
        [ProtectedDatabase],
        (database: ProtectedDatabase) => new OnDemandTarget(async () => (await database.adapters()).target),
      ),
      provide(
        DatabaseProbe,
        [ProtectedDatabase],
        (database: ProtectedDatabase) => new OnDemandProbe(async () => (await database.adapters()).probe),
      ),
      provide(
        TableEstimates,
        [ProtectedDatabase],
        (database: ProtectedDatabase) =>
          new OnDemandTableEstimates(async () => (await database.adapters()).estimates),
      ),
      provide(
        BackupCatalog,
        [ProtectedDatabase],
        (database: ProtectedDatabase) => new OnDemandCatalog(() => database.openCatalog()),
      ),
      provide(
        AuditLog,
        [ProtectedDatabase, KeyRing],
        (database: ProtectedDatabase, keyRing: KeyRing) =>
          new OnDemandAuditLog(() => database.openAuditLog(keyRing)),
      ),
      provide(
        CopyStore,
        [ProtectedDatabase],
        (database: ProtectedDatabase) => new OnDemandCopyStore(() => database.openCopyStore()),
      ),
    ];
    const useCases = [
      provide(
        CreateBackup,
        [BackupSource, BackupStorage, BackupCatalog, AuditLog, KeyRing, Clock],
        (
          source: BackupSource,
          storage: BackupStorage,
          catalog: BackupCatalog,
          audit: AuditLog,
          keyRing: KeyRing,
          clock: Clock,
        ) =>
          new CreateBackup(
            config.scopeConfig,
            source,
            storage,
            location,
            catalog,
            audit,
            keyRing,
            clock,
            PRODUCT,
          ),
      ),
      provide(
        RestoreBackup,
        [RestoreTarget, BackupStorage, BackupCatalog, AuditLog, KeyRing, Clock],
        (
          target: RestoreTarget,
          storage: BackupStorage,
          catalog: BackupCatalog,
          audit: AuditLog,
          keyRing: KeyRing,
          clock: Clock,
        ) =>
          new RestoreBackup(
            config.scopeConfig,
            target,
            storage,
            location,
            catalog,
            audit,
            keyRing,
            clock,
            PRODUCT,
          ),
      ),
      provideClass(UndoRestore, RestoreBackup, CopySources),
      provideClass(VerifyBackup, BackupCatalog, AuditLog, KeyRing, Clock),
      provideClass(CheckKey, CopySources),
      provide(
        ListBackups,
        [CopySources, BackupCatalog, CopyStore],
        (sources: CopySources, catalog: BackupCatalog, copies: CopyStore) =>
          new ListBackups(sources, location, catalog, copies),
      ),
      provide(
        PruneBackups,
        [BackupStorage, BackupCatalog, AuditLog, Clock, RetentionStore, CopyRemoval],
        (
          storage: BackupStorage,
          catalog: BackupCatalog,
          audit: AuditLog,
          clock: Clock,
          retention: RetentionStore,
          removal: CopyRemoval,
        ) => {
          const policy = { ...config.keepRules, days: config.retentionDays, timeZone: config.timeZone };
          return new PruneBackups(storage, catalog, audit, clock, retention, policy, removal);
        },
      ),
      provide(
        DeleteBackup,
        [BackupStorage, BackupCatalog, AuditLog, Clock, RetentionStore, CopyRemoval],
        (
          storage: BackupStorage,
          catalog: BackupCatalog,
          audit: AuditLog,
          clock: Clock,
          retention: RetentionStore,
          removal: CopyRemoval,
        ) => new DeleteBackup(storage, location, catalog, audit, clock, retention, removal),
      ),
      provide(
        RebuildCatalog,
        [CopySources, BackupCatalog, AuditLog],
        (sources: CopySources, catalog: BackupCatalog, audit: AuditLog) =>
          new RebuildCatalog(sources, location, catalog, audit),
      ),
      provide(
        SystemStatus,
        [DatabaseProbe, StorageProbe, BackupStorage, BackupCatalog, Clock, MeasuredPromises, CopySources],
        (
          database: DatabaseProbe,
          space: StorageProbe,
          storage: BackupStorage,
          catalog: BackupCatalog,
          clock: Clock,
          promises: MeasuredPromises,
          sources: CopySources,
        ) =>
          new SystemStatus(
            config.scopeConfig.scopes,
            database,
            space,
            storage,
            catalog,
            clock,
            promises,
            sources,
          ),
      ),
    ];
    const providers = [
      ...ports,
      ...useCases,
      ...copyProviders(config.verifyEveryDays),
      ...operationProviders(config),
      ...identityProviders(config.server),
      ...alarmProviders(config, log ?? noticeLog(notice)),
    ];
    return { module: WiringModule, providers, exports: providers.map(({ provide: token }) => token) };
  }
}
