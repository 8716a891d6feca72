import { CommandFactory } from 'nest-commander';
import { CliModule } from '../cli.module.js';
import { Interrupt } from '../interrupt.js';
import { Output } from '../output.js';

export interface InProcessRun {
  /** What Commander has shown: help. */
  readonly shown: string;
  /** What the command ended with; undefined where it succeeded. */
  readonly thrown: unknown;
}

/**
 * Runs a command line as `main.ts` does, but in this process and with no setting at all: for what is answered before the
 * settings are looked at. A process for each takes a hundred times as long.
 */
export async function runInProcess(words: readonly string[]): Promise<InProcessRun> {
  let shown = '';
  let thrown: unknown;
  const silent = { stdout: { write: () => true }, stderr: { write: () => true } };
  const environment = { env: {}, cwd: '/nowhere', json: false, debug: false, user: null };
  const context = { environment, output: new Output(silent, false, false), interrupt: new Interrupt() };
  const { argv } = process;
  // The one place where Commander looks for its arguments.
  process.argv = ['node', 'backup_system', ...words];
  try {
    await CommandFactory.run(CliModule.forContext(context), {
      logger: false,
      errorHandler: error => {
        throw error;
      },
      serviceErrorHandler: error => {
        thrown = error;
      },
      outputConfiguration: {
        writeOut: text => (shown += text),
        writeErr: () => undefined,
        outputError: () => undefined,
      },
    });
  } catch (error) {
    thrown = error;
  } finally {
    process.argv = argv;
  }
  return { shown, thrown };
}
