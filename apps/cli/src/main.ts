import 'reflect-metadata';
import { toBackupError } from '@satchel/domain';
import { CommandFactory } from 'nest-commander';
import { readCliEnvironment } from './cli.config.js';
import { CliModule } from './cli.module.js';
import { EXIT_CODES } from './exit-codes.js';
import { Interrupt } from './interrupt.js';
import { Output } from './output.js';
import { isUsageError, toUsageError } from './usage-error.js';

const environment = readCliEnvironment(process.argv.slice(2));
const output = new Output(process, environment.json, environment.debug);
const interrupt = new Interrupt();

function fail(thrown: unknown): void {
  if (isUsageError(thrown) && thrown.exitCode === 0) return;
  const error = isUsageError(thrown)
    ? toUsageError(thrown)
    : toBackupError(interrupt.signal.aborted ? interrupt.signal.reason : thrown);
  process.exitCode = EXIT_CODES[error.kind];
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K');
  output.fail(error);
}

// A reader that has had enough (`backup_system list | head -1`) is not an error.
// Not the moment to end the process: the embedded server is still to be given back.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exitCode = EXIT_CODES.unavailable;
});
process.stderr.on('error', () => undefined);

interrupt.listen(
  line => output.note(line),
  code => process.exit(code),
);

try {
  await CommandFactory.run(CliModule.forContext({ environment, output, interrupt }), {
    logger: false,
    errorHandler: error => {
      throw error;
    },
    serviceErrorHandler: fail,
    // Commander's own words for a mistake are part of our error; help still goes where it asks.
    outputConfiguration: {
      writeErr: text => process.stderr.write(text),
      outputError: () => undefined,
    },
  });
} catch (thrown) {
  fail(thrown);
}
process.exit();
