import type { BeforeApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { BackupError } from '@satchel/domain';

/** How long long requests (uploads, analyses) may go on once the server is to end, in milliseconds. */
const GRACE_MS = 5_000;

/** Ends long requests some time after the server was told to stop, so that it does not wait for a slow line. */
@Injectable()
export class ServerEnd implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #controller = new AbortController();
  #begun = false;

  /** Whether the server was told to stop: what it refuses from now on, it refuses because of that. */
  get begun(): boolean {
    return this.#begun;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first that is called when a server is to end, before the queue stops taking jobs. */
  onModuleDestroy(): void {
    this.#begun = true;
  }

  beforeApplicationShutdown(): void {
    setTimeout(() => {
      this.#controller.abort(
        new BackupError(
          'unavailable',
          'The server is being shut down; nothing was changed. Try again in a moment.',
        ),
      );
    }, GRACE_MS).unref();
  }
}
