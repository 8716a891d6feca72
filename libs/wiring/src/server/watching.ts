import type { FactoryProvider } from '@nestjs/common';
import {
  AlarmOutbox,
  AuditLog,
  BackupStorage,
  Clock,
  CopyStore,
  DatabaseProbe,
  Destinations,
  JobQueue,
  JobStore,
  RetentionStore,
  StorageProbe,
} from '@satchel/domain';
import {
  AuditChain,
  DamagedBackups,
  FailedBackups,
  FailedCopies,
  FailedDeletes,
  FailedDrills,
  MeasuredPromises,
  NowAndThen,
  OverdueBackups,
  RaiseAlarms,
  ServerStatus,
  Services,
  SignInAttacks,
  StorageSpace,
  UnverifiedBackups,
  WatchOver,
} from '@satchel/use-cases';
import { provide } from '../provide.js';
import type { ServerOptions } from './server-options.js';

const QUARTER_HOUR_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;

/** What a server looks at each minute. Another part that knows of trouble adds an `AlarmSource` here. */
export function watchOverProvider({ config, log }: ServerOptions): FactoryProvider {
  const { scopeConfig, alarms } = config;
  const { scopes } = scopeConfig;
  return provide(
    WatchOver,
    [
      DatabaseProbe,
      StorageProbe,
      BackupStorage,
      JobStore,
      JobQueue,
      AuditLog,
      AlarmOutbox,
      RaiseAlarms,
      Clock,
      Destinations,
      CopyStore,
      RetentionStore,
      MeasuredPromises,
    ],
    (
      database: DatabaseProbe,
      space: StorageProbe,
      storage: BackupStorage,
      jobs: JobStore,
      queue: JobQueue,
      audit: AuditLog,
      outbox: AlarmOutbox,
      raise: RaiseAlarms,
      clock: Clock,
      destinations: Destinations,
      copies: CopyStore,
      retention: RetentionStore,
      promises: MeasuredPromises,
    ) => {
      const status = new ServerStatus({ scopes, database, space, storage, jobs, queue, clock });
      const sources = [
        new FailedBackups(jobs, scopes),
        new OverdueBackups(status, promises, audit, alarms.overdueHours),
        new FailedDrills(jobs, scopes),
        new FailedCopies(destinations, copies),
        new DamagedBackups(outbox, jobs, destinations, copies),
        new FailedDeletes(outbox, retention, destinations, copies),
        new Services(status),
        new StorageSpace(status, alarms.storagePercent),
        new SignInAttacks(audit),
        new NowAndThen(new UnverifiedBackups(jobs, copies, scopes, alarms.unverifiedDays), QUARTER_HOUR_MS),
        // Last: it reads for as long as there are entries.
        new NowAndThen(new AuditChain(audit), DAY_MS),
      ];
      return new WatchOver(sources, outbox, raise, clock, log);
    },
  );
}
