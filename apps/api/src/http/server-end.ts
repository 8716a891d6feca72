import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { BackupError } from '@satchel/domain';

/** How long long requests (uploads, analyses) may go on once the server is to end, in milliseconds. */
const GRACE_MS = 5_000;

/** Ends long requests some time after the server was told to stop, so that it does not wait for a slow line. */
@Injectable()
export class ServerEnd implements BeforeApplicationShutdown {
  readonly #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
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
