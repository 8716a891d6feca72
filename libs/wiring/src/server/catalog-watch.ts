import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { WatchCatalog } from '@satchel/use-cases';

const EVERY_MS = 60_000;

/**
 * Has a server look each minute whether the catalog is there. No chore: who does chores is written in the catalog. Workers do
 * not, so that there is one message and not one from each.
 */
export class CatalogWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(private readonly watch: WatchCatalog) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#look(), EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    await this.watch.run();
    this.#looking = false;
  }
}
