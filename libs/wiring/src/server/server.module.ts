import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import {
  BackupCatalog,
  ChoreLedger,
  Clock,
  Destinations,
  IdentityStore,
  JobQueue,
  KeyRing,
  ScratchServer,
  UploadQuarantine,
} from '@satchel/domain';
import { Housekeeping } from '@satchel/jobs';
import { LocalQuarantine } from '@satchel/storage';
import {
  CopySources,
  CreateBackup,
  DeliverAlarms,
  JobAlarms,
  KeepCopies,
  PruneBackups,
  FireSchedules,
  FireTimetables,
  RestoreBackup,
  RetryDeletes,
  RunDrill,
  RunJob,
  UndoRestore,
  VerifyBackup,
  VerifyCopies,
  WatchOver,
} from '@satchel/use-cases';
import { ProtectedDatabase } from '../protected-database.js';
import { WiringModule } from '../wiring.module.js';
import { chores } from './chores.js';
import { InlineQueueModule } from './inline-queue.module.js';
import { JobStoreModule } from './job-store.module.js';
import { OnDemandChoreLedger } from './on-demand-chore-ledger.js';
import { ServerLifecycle } from './server-lifecycle.js';
import type { ServerOptions } from './server-options.js';
import { watchOverProvider } from './watching.js';

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
            CopySources,
            KeepCopies,
            RunDrill,
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
            sources: CopySources,
            keep: KeepCopies,
            drill: RunDrill,
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
              sources,
              keep,
              drill,
              catalog,
              quarantine,
              keyRing,
              fill,
            });
          },
        },
        {
          provide: ChoreLedger,
          inject: [ProtectedDatabase],
          useFactory: (database: ProtectedDatabase) =>
            new OnDemandChoreLedger(() => database.openChoreLedger()),
        },
        {
          provide: Housekeeping,
          inject: [
            ChoreLedger,
            IdentityStore,
            WatchOver,
            DeliverAlarms,
            Clock,
            FireSchedules,
            FireTimetables,
            RetryDeletes,
            ScratchServer,
            Destinations,
            KeepCopies,
            VerifyCopies,
          ],
          useFactory: (
            ledger: ChoreLedger,
            identities: IdentityStore,
            watchOver: WatchOver,
            deliverAlarms: DeliverAlarms,
            clock: Clock,
            schedules: FireSchedules,
            timetables: FireTimetables,
            deletes: RetryDeletes,
            scratch: ScratchServer,
            destinations: Destinations,
            keep: KeepCopies,
            verify: VerifyCopies,
          ) => {
            const { log } = options;
            const parts = {
              identities,
              watchOver,
              deliverAlarms,
              clock,
              copies: { destinations, keep, verify },
              schedules,
              timetables,
              deletes,
              scratch,
              log,
            };
            return new Housekeeping(ledger, chores(parts, options), log);
          },
        },
        watchOverProvider(options),
        {
          provide: ServerLifecycle,
          inject: [
            JobQueue,
            RunJob,
            JobAlarms,
            UploadQuarantine,
            BackupCatalog,
            ProtectedDatabase,
            Housekeeping,
            Clock,
          ],
          useFactory: (
            jobQueue: JobQueue,
            runJob: RunJob,
            jobAlarms: JobAlarms,
            quarantine: UploadQuarantine,
            catalog: BackupCatalog,
            database: ProtectedDatabase,
            housekeeping: Housekeeping,
            clock: Clock,
          ) =>
            new ServerLifecycle(options, {
              queue: jobQueue,
              runJob,
              jobAlarms,
              quarantine,
              catalog,
              database,
              housekeeping,
              clock,
            }),
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
