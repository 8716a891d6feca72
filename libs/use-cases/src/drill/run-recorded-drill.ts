import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, JobRecord, JobStore, RunOptions } from '@satchel/domain';
import { BackupError, newBackupId, SYSTEM_ACTOR, toBackupError, toJobError } from '@satchel/domain';
import { drillReport, isDrillReport, type DrillReport } from '../report/drill-report.js';
import type { RunDrill, RunDrillCommand } from './run-drill.js';

const LOOK_EVERY_MS = 500;

/** A drill in this process, which stands in history like one that a worker has made: what is promised counts it. */
export class RunRecordedDrill {
  constructor(
    private readonly jobs: JobStore,
    private readonly drill: RunDrill,
    private readonly clock: Clock,
  ) {}

  /** @throws BackupError what `RunDrill` throws; `unavailable` without the catalog */
  async run(
    { scopeName, backupId, keys }: Omit<RunDrillCommand, 'drillId'>,
    options: RunOptions = {},
  ): Promise<{ readonly report: DrillReport; readonly finishedAt: Date }> {
    const drillId = newBackupId();
    const requestedBy = (options.actor ?? SYSTEM_ACTOR).name;
    const command = { kind: 'drill', scopeName, backupId } as const;
    await this.jobs.add({ jobId: drillId, command, requestedBy, createdAt: this.clock.now() });
    const claimed = await this.jobs.claim(drillId, `shell-${process.pid}`);
    // A worker that looked at that very moment makes it instead.
    if (typeof claimed === 'string') return await this.#follow(drillId, options);
    try {
      const report = drillReport(await this.drill.run({ drillId, scopeName, backupId, keys }, options));
      await this.jobs.settle(drillId, { state: 'success', report });
      return { report, finishedAt: this.clock.now() };
    } catch (thrown) {
      const error = toBackupError(thrown);
      const state = error.kind === 'cancelled' ? 'cancelled' : 'failed';
      // The first error is the one to tell.
      await this.jobs.settle(drillId, { state, error: toJobError(error) }).catch(() => undefined);
      throw error;
    }
  }

  async #follow(jobId: string, { signal }: RunOptions) {
    for (;;) {
      const job: JobRecord | null = await this.jobs.get(jobId);
      if (job?.state === 'success' && job.finishedAt && isDrillReport(job.report)) {
        return { report: job.report, finishedAt: job.finishedAt };
      }
      if (job?.error) throw new BackupError(job.error.kind, job.error.message, job.error.context);
      await pause(LOOK_EVERY_MS, undefined, signal ? { signal } : {});
    }
  }
}
