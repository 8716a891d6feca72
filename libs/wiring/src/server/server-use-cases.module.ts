import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import {
  AlarmOutbox,
  AuditLog,
  BackupStorage,
  Clock,
  CopyStore,
  DatabaseProbe,
  JobQueue,
  JobStore,
  KeyRing,
  StorageProbe,
  TableEstimates,
  UploadQuarantine,
} from '@satchel/domain';
import {
  AnalyzeBackup,
  CancelJob,
  CopySources,
  DescribeBackup,
  DescribeTypes,
  DownloadBackup,
  ExportHistory,
  RaiseAlarms,
  RequestJob,
  RestoreBackup,
  ServerStatus,
  TakeUpload,
  WatchCatalog,
} from '@satchel/use-cases';
import { provide, provideClass } from '../provide.js';
import type { WiringConfig } from '../wiring.config.js';
import { CatalogWatch } from './catalog-watch.js';

/** What people ask a server for, beside the use cases that the command line has too. */
@Module({})
export class ServerUseCasesModule {
  /** @param server exports the ports and use cases that these are made of */
  static on(server: DynamicModule, config: WiringConfig): DynamicModule {
    const {
      scopeConfig,
      destinations: [{ location }],
    } = config;
    const providers = [
      provide(
        CatalogWatch,
        [AlarmOutbox, RaiseAlarms],
        (outbox: AlarmOutbox, raise: RaiseAlarms) => new CatalogWatch(new WatchCatalog(outbox, raise)),
      ),
      provide(
        RequestJob,
        [JobStore, BackupStorage, CopySources, JobQueue, AuditLog, Clock, KeyRing, UploadQuarantine],
        (
          jobs: JobStore,
          storage: BackupStorage,
          sources: CopySources,
          queue: JobQueue,
          audit: AuditLog,
          clock: Clock,
          keyRing: KeyRing,
          uploads: UploadQuarantine,
        ) =>
          new RequestJob(
            scopeConfig,
            { jobs, storage, location, sources },
            queue,
            audit,
            clock,
            keyRing,
            uploads,
          ),
      ),
      provideClass(CancelJob, JobStore, JobQueue, AuditLog, UploadQuarantine),
      provide(
        AnalyzeBackup,
        [RestoreBackup, JobStore, BackupStorage, CopySources, UploadQuarantine],
        (
          restore: RestoreBackup,
          jobs: JobStore,
          storage: BackupStorage,
          sources: CopySources,
          quarantine: UploadQuarantine,
        ) => new AnalyzeBackup(restore, { jobs, storage, location, sources }, quarantine, scopeConfig.fill),
      ),
      provide(
        TakeUpload,
        [UploadQuarantine],
        (quarantine: UploadQuarantine) => new TakeUpload(quarantine, config.maxBackupFileSizeBytes),
      ),
      provide(
        DescribeTypes,
        [TableEstimates],
        (estimates: TableEstimates) => new DescribeTypes(scopeConfig.scopes, estimates),
      ),
      provide(
        DescribeBackup,
        [JobStore, BackupStorage, CopySources, CopyStore],
        (jobs: JobStore, storage: BackupStorage, sources: CopySources, copies: CopyStore) =>
          new DescribeBackup({ jobs, storage, location, sources }, copies),
      ),
      provide(
        DownloadBackup,
        [JobStore, BackupStorage, CopySources, AuditLog],
        (jobs: JobStore, storage: BackupStorage, sources: CopySources, audit: AuditLog) =>
          new DownloadBackup({ jobs, storage, location, sources }, audit),
      ),
      provideClass(ExportHistory, JobStore, AuditLog),
      provide(
        ServerStatus,
        [DatabaseProbe, StorageProbe, BackupStorage, JobStore, JobQueue, Clock],
        (
          database: DatabaseProbe,
          space: StorageProbe,
          storage: BackupStorage,
          jobs: JobStore,
          queue: JobQueue,
          clock: Clock,
        ) =>
          new ServerStatus({
            scopes: scopeConfig.scopes,
            database,
            space,
            storage,
            jobs,
            queue,
            clock,
          }),
      ),
    ];
    return {
      module: ServerUseCasesModule,
      imports: [server],
      providers,
      exports: providers.map(({ provide: token }) => token),
    };
  }
}
