import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import type { BackupCatalog, Clock, JobQueue, UploadQuarantine } from '@satchel/domain';
import type { Housekeeping } from '@satchel/jobs';
import type { JobAlarms, RunJob } from '@satchel/use-cases';
import type { ProtectedDatabase } from '../protected-database.js';
import type { ServerOptions } from './server-options.js';

/** An upload that nobody has dealt with for so long is removed, in milliseconds; a restore that still waits for it fails. */
const UPLOAD_KEPT_MS = 24 * 3_600_000;

const SWEEP_UPLOADS_EVERY_MS = 3_600_000;

export interface ServerParts {
  readonly queue: JobQueue;
  readonly runJob: RunJob;
  readonly jobAlarms: JobAlarms;
  readonly quarantine: UploadQuarantine;
  readonly catalog: BackupCatalog;
  readonly database: ProtectedDatabase;
  readonly housekeeping: Housekeeping;
  readonly clock: Clock;
}

/**
 * What a server does when it starts and when it is told to end. First jobs are handed back, while requests are still
 * answered; the database is closed last, since handing back needs it.
 */
export class ServerLifecycle
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  #sweeping: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: ServerOptions,
    private readonly parts: ServerParts,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.parts.housekeeping.start();
    if (!this.options.takesJobs) return;
    const { queue, runJob, jobAlarms } = this.parts;
    await queue.start(jobAlarms.watching(runJob.run), { concurrency: this.options.config.workerConcurrency });
    await this.#sweepUploads();
    this.#sweeping = setInterval(() => void this.#sweepUploads(), SWEEP_UPLOADS_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#sweeping);
    await Promise.all([this.parts.queue.close(), this.parts.housekeeping.close()]);
  }

  async onApplicationShutdown(): Promise<void> {
    try {
      await this.parts.catalog.close();
    } finally {
      await this.parts.database.close();
    }
  }

  async #sweepUploads(): Promise<void> {
    const { log } = this.options;
    try {
      const before = new Date(this.parts.clock.now().getTime() - UPLOAD_KEPT_MS);
      const uploads = await this.parts.quarantine.sweep(before);
      if (uploads > 0) log.info({ uploads }, 'Uploads that nobody had dealt with were removed.');
    } catch (error) {
      log.warn({ err: error }, 'Old uploads could not be removed; that is tried again in an hour.');
    }
  }
}
