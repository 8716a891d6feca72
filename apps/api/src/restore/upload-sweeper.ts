import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Clock, JobStore, toBackupError, UploadQuarantine } from '@satchel/domain';
import { sweepUploads } from '@satchel/use-cases';
import { PinoLogger } from 'nestjs-pino';

const EVERY_MS = 5 * 60_000;

/** Removes files that were kept and never asked for, and what a process that died has left half received. */
@Injectable()
export class UploadSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly quarantine: UploadQuarantine,
    private readonly jobs: JobStore,
    private readonly clock: Clock,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(UploadSweeper.name);
  }

  onApplicationBootstrap(): void {
    // Not waited for: a server starts although its database is away.
    void this.#sweep();
    this.#timer = setInterval(() => void this.#sweep(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async #sweep(): Promise<void> {
    try {
      const uploads = await sweepUploads(this.quarantine, this.jobs, this.clock);
      if (uploads > 0) this.logger.info({ uploads }, 'Files that nobody asked for were removed.');
    } catch (thrown) {
      this.logger.warn(
        { errorType: toBackupError(thrown).kind },
        'Old uploads could not be removed; that is tried again in some minutes.',
      );
    }
  }
}
