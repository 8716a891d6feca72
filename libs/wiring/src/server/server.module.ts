import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { BackupCatalog, BackupStorage, Clock, JobQueue, KeyRing, UploadQuarantine } from '@satchel/domain';
import { LocalQuarantine } from '@satchel/storage';
import {
  CreateBackup,
  PruneBackups,
  RestoreBackup,
  RunJob,
  UndoRestore,
  VerifyBackup,
} from '@satchel/use-cases';
import { ProtectedDatabase } from '../protected-database.js';
import { WiringModule } from '../wiring.module.js';
import { InlineQueueModule } from './inline-queue.module.js';
import { JobStoreModule } from './job-store.module.js';
import { ServerLifecycle } from './server-lifecycle.js';
import type { ServerOptions } from './server-options.js';

/** Answers of a server wait for the catalog side by side; PostgreSQL's own default allows 100 connections for all. */
const CATALOG_POOL_SIZE = 10;

/**
 * All of an installation that works for several people at once: the use cases, and the queue through which they are asked
 * for. With `takesJobs` it runs jobs from when the application has started. Shut-down hooks must be enabled.
 */
@Module({})
export class ServerModule {
  static async forOptions(options: ServerOptions): Promise<DynamicModule> {
    const { config } = options;
    const wiring = WiringModule.forOptions({ catalogPoolSize: CATALOG_POOL_SIZE, ...options });
    const jobStore = JobStoreModule.on(wiring);
    const queue = await queueModule(options, jobStore);
    return {
      module: ServerModule,
      imports: [wiring, jobStore, queue],
      providers: [
        {
          provide: UploadQuarantine,
          inject: [Clock],
          useFactory: (clock: Clock) => new LocalQuarantine(config.uploadDir, clock),
        },
        {
          provide: RunJob,
          inject: [
            CreateBackup,
            RestoreBackup,
            UndoRestore,
            VerifyBackup,
            PruneBackups,
            BackupStorage,
            BackupCatalog,
            UploadQuarantine,
            KeyRing,
          ],
          useFactory: (
            create: CreateBackup,
            restore: RestoreBackup,
            undo: UndoRestore,
            verify: VerifyBackup,
            prune: PruneBackups,
            storage: BackupStorage,
            catalog: BackupCatalog,
            quarantine: UploadQuarantine,
            keyRing: KeyRing,
          ) => {
            const { fill } = config.scopeConfig;
            return new RunJob({
              create,
              restore,
              undo,
              verify,
              prune,
              storage,
              catalog,
              quarantine,
              keyRing,
              fill,
            });
          },
        },
        {
          provide: ServerLifecycle,
          inject: [JobQueue, RunJob, UploadQuarantine, BackupCatalog, ProtectedDatabase, Clock],
          useFactory: (
            jobQueue: JobQueue,
            runJob: RunJob,
            quarantine: UploadQuarantine,
            catalog: BackupCatalog,
            database: ProtectedDatabase,
            clock: Clock,
          ) =>
            new ServerLifecycle(options, { queue: jobQueue, runJob, quarantine, catalog, database, clock }),
        },
      ],
      exports: [wiring, jobStore, queue, UploadQuarantine, RunJob],
    };
  }
}

async function queueModule(options: ServerOptions, jobStore: DynamicModule): Promise<DynamicModule> {
  const { redisUrl } = options.config;
  if (redisUrl === null) return InlineQueueModule.forOptions(options, jobStore);
  // Not before there is a Redis: the rest of the product does without Bull.
  const { BullQueueModule } = await import('./bull-queue.module.js');
  return BullQueueModule.forOptions(redisUrl.reveal(), options, jobStore);
}
