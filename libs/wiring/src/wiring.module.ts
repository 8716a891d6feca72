import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { WiringConfig } from './wiring.config.js';
import {
  AuditLog,
  BackupCatalog,
  BackupSource,
  BackupStorage,
  Clock,
  DatabaseProbe,
  KeyRing,
  RestoreTarget,
  RetentionStore,
  StorageProbe,
  TableEstimates,
} from '@satchel/domain';
import { LocalStorage } from '@satchel/storage';
import {
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
import { ConfigKeyRing } from './config-key-ring.js';
import { FolderProbe } from './folder-probe.js';
import { identityProviders } from './identity-providers.js';
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
    const ports = [
      provide(Clock, [], () => clock ?? new SystemClock()),
      provide(KeyRing, [], () => new ConfigKeyRing(config)),
      provide(BackupStorage, [], () => new LocalStorage(config.backupDir)),
      provide(StorageProbe, [], () => new FolderProbe(config.backupDir)),
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
            config.backupDir,
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
            config.backupDir,
            catalog,
            audit,
            keyRing,
            clock,
            PRODUCT,
          ),
      ),
      provideClass(UndoRestore, RestoreBackup),
      provideClass(VerifyBackup, BackupCatalog, AuditLog, KeyRing, Clock),
      provide(
        ListBackups,
        [BackupStorage, BackupCatalog],
        (storage: BackupStorage, catalog: BackupCatalog) =>
          new ListBackups(storage, config.backupDir, catalog),
      ),
      provide(
        PruneBackups,
        [BackupStorage, BackupCatalog, AuditLog, Clock, RetentionStore],
        (
          storage: BackupStorage,
          catalog: BackupCatalog,
          audit: AuditLog,
          clock: Clock,
          retention: RetentionStore,
        ) => {
          const policy = { ...config.keepRules, days: config.retentionDays, timeZone: config.timeZone };
          return new PruneBackups(storage, catalog, audit, clock, retention, policy);
        },
      ),
      provide(
        DeleteBackup,
        [BackupStorage, BackupCatalog, AuditLog, Clock, RetentionStore],
        (
          storage: BackupStorage,
          catalog: BackupCatalog,
          audit: AuditLog,
          clock: Clock,
          retention: RetentionStore,
        ) => new DeleteBackup(storage, config.backupDir, catalog, audit, clock, retention),
      ),
      provide(
        RebuildCatalog,
        [BackupStorage, BackupCatalog, AuditLog],
        (storage: BackupStorage, catalog: BackupCatalog, audit: AuditLog) =>
          new RebuildCatalog(storage, config.backupDir, catalog, audit),
      ),
      provide(
        SystemStatus,
        [DatabaseProbe, StorageProbe, BackupStorage, BackupCatalog, Clock, MeasuredPromises],
        (
          database: DatabaseProbe,
          space: StorageProbe,
          storage: BackupStorage,
          catalog: BackupCatalog,
          clock: Clock,
          promises: MeasuredPromises,
        ) => new SystemStatus(config.scopeConfig.scopes, database, space, storage, catalog, clock, promises),
      ),
    ];
    const providers = [
      ...ports,
      ...useCases,
      ...operationProviders(config),
      ...identityProviders(config.server),
      ...identityProviders(config.server),
      ...alarmProviders(config, log ?? noticeLog(notice)),
    ];
    return { module: WiringModule, providers, exports: providers.map(({ provide: token }) => token) };
  }
}
