import { BackupError } from '@satchel/domain';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first Ctrl-C (or SIGTERM, or a closed terminal) into an abort, so that work under way can clean up; the
 * second ends the process at once.
 */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal = this.#controller.signal;

  /** @param tell receives a line for the person who pressed Ctrl-C */
  listen(tell: (line: string) => void, exit: (code: number) => void): void {
    for (const name of SIGNALS) {
      process.on(name, () => {
        if (this.signal.aborted) {
          exit(130);
          return;
        }
        tell('Stopping and cleaning up; press Ctrl-C again to stop at once.');
        this.#controller.abort(
          new BackupError(
            'cancelled',
            `Stopped by ${name === 'SIGINT' ? 'Ctrl-C' : name}; nothing was changed.`,
          ),
        );
      });
    }
  }
}
