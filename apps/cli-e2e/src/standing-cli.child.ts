import { enableCompileCache } from 'node:module';
import { Readable } from 'node:stream';
import type { StandingAnswer, StandingRequest } from './standing-cli.js';

/*
 * Runs the built command line again and again in this process, each time with arguments, settings, folder and standard streams of
 * its own; for `standing-cli.ts`. Run by Node alone, hence without what has to be compiled.
 */

const MAIN = new URL('../../cli/dist/main.js', import.meta.url);

/** What a run listens to, which is the process' own and outlives it. */
const LISTENED_TO = ['SIGINT', 'SIGTERM', 'SIGHUP'];

// For the threads that a backup starts.
enableCompileCache();

let runs = 0;

async function run({ args, cwd, env, input }: StandingRequest): Promise<StandingAnswer> {
  runs += 1;
  process.argv = [process.argv0, 'backup_system', ...args];
  process.env = { ...env };
  process.chdir(cwd);
  process.exitCode = undefined;
  Object.defineProperty(process, 'stdin', {
    configurable: true,
    value: Readable.from(input.length > 0 ? [Buffer.from(input)] : [], { objectMode: false }),
  });
  const shown = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: string | Uint8Array): boolean => {
      shown[name] += text.toString();
      return true;
    };
  }
  const main = new URL(MAIN);
  // Only the first file is run again: what it imports has no query, and stands ready.
  main.search = `run=${runs}`;
  await import(main.href);
  for (const name of LISTENED_TO) process.removeAllListeners(name);
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  return { code: Number(process.exitCode ?? 0), ...shown };
}

// The last thing that the program does; the answer is sent in its place.
process.exit = (() => undefined) as unknown as typeof process.exit;

let last: Promise<unknown> = Promise.resolve();
process.on('message', (request: StandingRequest) => {
  last = last.then(async () => process.send?.(await run(request)));
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
