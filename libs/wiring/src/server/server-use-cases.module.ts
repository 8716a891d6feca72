import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import {
  AlarmOutbox,
  AuditLog,
  BackupStorage,
  Clock,
  DatabaseProbe,
  JobQueue,
  JobStore,
  StorageProbe,
  TableEstimates,
  UploadQuarantine,
} from '@satchel/domain';
import {
  AnalyzeBackup,
  CancelJob,
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
    const { scopeConfig, backupDir: location } = config;
    const providers = [
      provide(
        CatalogWatch,
        [AlarmOutbox, RaiseAlarms],
        (outbox: AlarmOutbox, raise: RaiseAlarms) => new CatalogWatch(new WatchCatalog(outbox, raise)),
      ),
      provide(
        RequestJob,
        [JobStore, BackupStorage, JobQueue, AuditLog, Clock],
        (jobs: JobStore, storage: BackupStorage, queue: JobQueue, audit: AuditLog, clock: Clock) =>
          new RequestJob(scopeConfig, { jobs, storage, location }, queue, audit, clock),
      ),
      provideClass(CancelJob, JobStore, JobQueue, AuditLog, UploadQuarantine),
      provide(
        AnalyzeBackup,
        [RestoreBackup, JobStore, BackupStorage, UploadQuarantine],
        (restore: RestoreBackup, jobs: JobStore, storage: BackupStorage, quarantine: UploadQuarantine) =>
          new AnalyzeBackup(restore, { jobs, storage, location }, quarantine, scopeConfig.fill),
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
        [JobStore, BackupStorage],
        (jobs: JobStore, storage: BackupStorage) => new DescribeBackup({ jobs, storage, location }),
      ),
      provide(
        DownloadBackup,
        [JobStore, BackupStorage, AuditLog],
        (jobs: JobStore, storage: BackupStorage, audit: AuditLog) =>
          new DownloadBackup({ jobs, storage, location }, audit),
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
