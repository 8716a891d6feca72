import type { FactoryProvider } from '@nestjs/common';
import {
  AuditLog,
  BackupCatalog,
  Clock,
  JobStore,
  KeyRing,
  RetentionStore,
  ScheduleStore,
  ScratchServer,
} from '@satchel/domain';
import {
  ChooseDestinations,
  CopySources,
  EditSchedules,
  FireSchedules,
  FireTimetables,
  MeasuredPromises,
  PinBackups,
  PruneBackups,
  RetryDeletes,
  RunDrill,
  RunRecordedDrill,
  VerifyCopies,
} from '@satchel/use-cases';
import {
  OnDemandRetentionStore,
  OnDemandScheduleStore,
  OnDemandScratchServer,
} from './on-demand-operations.js';
import { ProtectedDatabase } from './protected-database.js';
import { provide, provideClass } from './provide.js';
import { OnDemandJobStore } from './server/on-demand-job-store.js';
import type { WiringConfig } from './wiring.config.js';

/** What an installation does at its times and by its rules: schedules, retention, drills, and what can be promised. */
export function operationProviders(config: WiringConfig): FactoryProvider[] {
  const { scopeConfig, timeZone } = config;
  const { scopes } = scopeConfig;
  return [
    provide(
      JobStore,
      [ProtectedDatabase],
      (database: ProtectedDatabase) => new OnDemandJobStore(() => database.openJobStore()),
    ),
    provide(
      ScheduleStore,
      [ProtectedDatabase],
      (database: ProtectedDatabase) => new OnDemandScheduleStore(() => database.openScheduleStore()),
    ),
    provide(
      RetentionStore,
      [ProtectedDatabase],
      (database: ProtectedDatabase) => new OnDemandRetentionStore(() => database.openRetentionStore()),
    ),
    provide(
      ScratchServer,
      [ProtectedDatabase],
      (database: ProtectedDatabase) => new OnDemandScratchServer(() => database.scratchServer()),
    ),
    provide(
      EditSchedules,
      [ScheduleStore, ChooseDestinations, AuditLog, Clock],
      (store: ScheduleStore, choose: ChooseDestinations, audit: AuditLog, clock: Clock) =>
        new EditSchedules(scopeConfig, store, choose, audit, clock, timeZone),
    ),
    provideClass(FireSchedules, ScheduleStore, AuditLog, Clock),
    provide(
      FireTimetables,
      [ScheduleStore, JobStore, KeyRing, Clock],
      (store: ScheduleStore, jobs: JobStore, keyRing: KeyRing, clock: Clock) => {
        const { drillCron, retentionAuto, retentionDays } = config;
        const settings = { timeZone, drillCron, cleanupDays: retentionAuto ? retentionDays : null };
        return new FireTimetables(settings, scopes, store, jobs, keyRing, clock);
      },
    ),
    provideClass(PinBackups, CopySources, BackupCatalog, RetentionStore, AuditLog, Clock),
    provideClass(RetryDeletes, RetentionStore, PruneBackups, Clock),
    provideClass(
      RunDrill,
      ScratchServer,
      CopySources,
      VerifyCopies,
      BackupCatalog,
      RetentionStore,
      AuditLog,
      KeyRing,
      Clock,
    ),
    provideClass(RunRecordedDrill, JobStore, RunDrill, Clock),
    provide(
      MeasuredPromises,
      [JobStore, ScheduleStore, RetentionStore, CopySources, KeyRing, Clock],
      (
        jobs: JobStore,
        schedules: ScheduleStore,
        retention: RetentionStore,
        sources: CopySources,
        keyRing: KeyRing,
        clock: Clock,
      ) => new MeasuredPromises({ scopes, jobs, schedules, retention, sources, keyRing, clock }),
    ),
  ];
}
