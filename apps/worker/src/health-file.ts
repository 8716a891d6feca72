import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Clock, JobStore } from '@satchel/domain';

/** How often it is looked, in milliseconds; whoever reads the file allows a few times as long. */
const LOOK_EVERY_MS = 5_000;

/**
 * Writes a file every few seconds while this worker is well: the catalog answers, and lists this process among those
 * that take jobs. A worker has no port to be asked at; a file that has grown old says that it hangs.
 */
export class HealthFile implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly path: string,
    private readonly store: JobStore,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    void this.look();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  /** Never throws: what is wrong shows in the file's age, and in the log of whoever met it. */
  async look(): Promise<void> {
    const workers = await this.store.workers().catch(() => []);
    if (!workers.some(({ host, pid }) => host === hostname() && pid === process.pid)) return;
    await writeFile(this.path, `${this.clock.now().toISOString()}\n`).catch(() => undefined);
  }
}
