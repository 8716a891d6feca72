import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { toBackupError } from '@satchel/domain';
import { createServerLog, FrameworkLog, type WiringConfig } from '@satchel/wiring';
import { Logger } from 'nestjs-pino';
import { loadWorkerConfig } from './worker.config.js';
import { WorkerModule } from './worker.module.js';

/** As the command line has it: wrong settings, and a process that was stopped before it was done. */
const EXIT_WRONG_SETTINGS = 2;
const EXIT_STOPPED = 130;

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'];

function settings(): WiringConfig {
  try {
    return loadWorkerConfig();
  } catch (thrown) {
    process.stderr.write(`Error: ${toBackupError(thrown).message}\n`);
    process.exit(EXIT_WRONG_SETTINGS);
  }
}

const config = settings();
const log = await createServerLog('worker', config.logLevel);

// The first signal hands jobs back and ends the process with 0, by Nest's hooks; whoever is in a hurry sends another.
let stopping = false;
for (const signal of SIGNALS) {
  process.on(signal, () => {
    if (stopping) process.exit(EXIT_STOPPED);
    stopping = true;
    log.info({ signal }, 'The worker stops: jobs that run are handed back.');
  });
}

const app = await NestFactory.createApplicationContext(await WorkerModule.forConfig(config, log), {
  bufferLogs: true,
});
app.useLogger(new FrameworkLog(app.get(Logger)));
app.enableShutdownHooks(SIGNALS, { useProcessExit: true });
log.info({ concurrency: config.workerConcurrency }, 'The worker takes jobs.');
