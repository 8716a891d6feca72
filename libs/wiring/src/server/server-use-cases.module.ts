import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import {
  AuditLog,
  BackupStorage,
  Clock,
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
  DescribeBackup,
  DescribeTypes,
  DownloadBackup,
  ExportHistory,
  RequestJob,
  RestoreBackup,
  ServerStatus,
  TakeUpload,
} from '@satchel/use-cases';
import { provide } from '../provide.js';
import type { WiringConfig } from '../wiring.config.js';

/** What people ask a server for, beside the use cases that the command line has too. */
@Module({})
export class ServerUseCasesModule {
  /** @param server exports the ports and use cases that these are made of */
  static on(server: DynamicModule, config: WiringConfig): DynamicModule {
    const { scopeConfig, backupDir: location } = config;
    const providers = [
      provide(
        RequestJob,
        [JobStore, BackupStorage, JobQueue, AuditLog, Clock, KeyRing, UploadQuarantine],
        (
          jobs: JobStore,
          storage: BackupStorage,
          queue: JobQueue,
          audit: AuditLog,
          clock: Clock,
          keyRing: KeyRing,
          uploads: UploadQuarantine,
        ) => new RequestJob(scopeConfig, { jobs, storage, location }, queue, audit, clock, keyRing, uploads),
      ),
      provide(
        CancelJob,
        [JobStore, JobQueue, AuditLog],
        (jobs: JobStore, queue: JobQueue, audit: AuditLog) => new CancelJob(jobs, queue, audit),
      ),
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
      provide(
        ExportHistory,
        [JobStore, AuditLog],
        (jobs: JobStore, audit: AuditLog) => new ExportHistory(jobs, audit),
      ),
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
