import type { INestApplication } from '@nestjs/common';
import type { Logger } from 'pino';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** As the command line has it for a process that was stopped before it was done. */
const EXIT_STOPPED = 130;

/**
 * Ends the server when it is told to: requests in flight are answered, jobs are handed back, then the databases are closed,
 * and the process ends with 0. Whoever is in a hurry sends a second signal.
 */
export function endOnSignal(app: INestApplication, log: Logger): void {
  let ending = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (ending) process.exit(EXIT_STOPPED);
      ending = true;
      log.info({ signal }, 'The server ends: requests are answered, jobs are handed back.');
      app.close().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'The server did not end as it should.');
          process.exit(1);
        },
      );
    });
  }
}
