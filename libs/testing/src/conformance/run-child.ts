import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of its own that runs a TypeScript module of a test, without a build. */
export interface Child {
  readonly process: ChildProcess;
  /** The next line that the child prints. @throws if it ends first, with what it wrote to its error output */
  nextLine(): Promise<string>;
  /** Waits for its end. @returns exit code or signal, and all that it printed */
  ended(): Promise<{ readonly outcome: number | string | null; readonly output: string }>;
  /** Ends it without a chance to clean up. */
  kill(): Promise<void>;
}

/**
 * Starts a child process: to be killed half way, to race with others, or to run with less room or fewer rights.
 *
 * @param module  a TypeScript module whose default export is a function of text arguments
 * @param within  a command that runs the child, such as `['unshare', '-rm']`; by default none
 */
export function runChild(module: URL, args: readonly string[], within: readonly string[] = []): Child {
  const script = `
    const { runnerImport } = await import('vite');
    const { module } = await runnerImport(${JSON.stringify(fileURLToPath(module))}, {
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['@satchel/source'] },
      ssr: { resolve: { conditions: ['@satchel/source'] } },
    });
    await module.default(...${JSON.stringify(args)});
    process.exit(0);`;
  const node = ['--input-type=module', '-e', script];
  const [outer, ...outerArguments] = within;
  const command = outer ?? process.execPath;
  const rest = outer === undefined ? node : [...outerArguments, process.execPath, ...node];
  const child = spawn(command, rest, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let taken = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const closed = once(child, 'close');
  return {
    process: child,
    nextLine: async () => {
      for (;;) {
        const end = output.indexOf('\n', taken);
        if (end >= 0) {
          const line = output.slice(taken, end);
          taken = end + 1;
          return line;
        }
        const [event] = await Promise.race([
          once(child.stdout, 'data').then(() => ['data']),
          closed.then(() => ['close']),
        ]);
        if (event === 'close' && !output.includes('\n', taken))
          throw new Error(`the child ended: ${errors}${output}`);
      }
    },
    ended: async () => {
      const [code, signal] = (await closed) as [number | null, string | null];
      return { outcome: code ?? signal, output: `${output}${errors}` };
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
