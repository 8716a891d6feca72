import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runStanding, type CliRun } from './standing-cli.js';

const PROGRAM = fileURLToPath(new URL('../../cli/bin/backup_system.js', import.meta.url));

/** What `npm start` runs. */
const TOUR = fileURLToPath(new URL('../../cli/dist/tour.js', import.meta.url));

export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliRun>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; empty without it. */
  readonly input?: string | Buffer;
}

export interface StartOptions extends RunOptions {
  /** A command that runs the rest of its line, as `env` and `nice` do. */
  readonly within?: readonly string[];
}

/** The command line on a terminal of 80 columns, with somebody at the keyboard. */
export interface CliOnTerminal {
  /** Waits until the screen has shown a text. */
  shows(text: string): Promise<void>;
  /** Presses keys. */
  type(keys: string): void;
  /** All that the screen has shown, control sequences included. */
  readonly ended: Promise<{ readonly code: number | null; readonly screen: string }>;
}

/** A working folder with backups and keys of its own, and the built command line in it; no terminal. */
export class Sandbox {
  private constructor(
    readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @param databaseUrl null for none: the command line then has a server of its own, in the folder `home` */
  static async make(databaseUrl: string | null): Promise<Sandbox> {
    const folder = await mkdtemp(join(tmpdir(), 'satchel-e2e-'));
    await chmod(folder, 0o755);
    const home = join(folder, 'home');
    return new Sandbox(folder, {
      SATCHEL_HOME: home,
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Everything in the folder of backups, hidden files too; empty if there is none. */
  async backupFiles(): Promise<string[]> {
    const names: string[] = await readdir(this.path('backups')).catch(() => []);
    return names.sort();
  }

  /** Starts the program, as from a shell. */
  start(args: readonly string[], { env, input, within = [] }: StartOptions = {}): RunningCli {
    const [program = '', ...words] = [...within, process.execPath, PROGRAM, ...args];
    const child = this.#spawn(program, words, env);
    return observed(child, input);
  }

  startTour(): RunningCli {
    return observed(this.#spawn(process.execPath, [TOUR]));
  }

  /** `script` of util-linux, which every Debian and Ubuntu has, makes the terminal. */
  startOnTerminal(args: readonly string[]): CliOnTerminal {
    const line = [process.execPath, PROGRAM, ...args].map(quoted).join(' ');
    const words = ['--quiet', '--return', '--command', `stty cols 80; exec ${line}`, '/dev/null'];
    const child = this.#spawn('script', words, { SHELL: '/bin/sh', TERM: 'xterm' });
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
    const ended = new Promise<{ code: number | null; screen: string }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', code => resolve({ code, screen }));
    });
    const tooEarly = ended.then(({ code }) => {
      throw new Error(`ended with ${String(code)}: ${screen}`);
    });
    tooEarly.catch(() => undefined);
    return {
      shows: text => Promise.race([until(() => Promise.resolve(screen.includes(text))), tooEarly]),
      type: keys => child.stdin.write(keys),
      ended,
    };
  }

  #spawn(program: string, args: readonly string[], env?: RunOptions['env']): ChildProcessWithoutNullStreams {
    return spawn(program, args, {
      cwd: this.folder,
      env: this.#environment(env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** Nothing of the developer's own settings, but a way to find programs. */
  #environment(env: RunOptions['env'] = {}): Record<string, string | undefined> {
    return { PATH: process.env['PATH'], HOME: this.folder, ...this.env, ...env };
  }

  /**
   * Starts the program and waits for its end: for what is about the process, and once for each kind of command, which the bundle
   * has in files of its own. All else is cheaper by `run`.
   */
  runProgram(args: readonly string[], options?: StartOptions): Promise<CliRun> {
    return this.start(args, options).ended;
  }

  /** Runs the command line in a process that stands ready: see `runStanding`. */
  run(args: readonly string[], { env, input = '' }: RunOptions = {}): Promise<CliRun> {
    return runStanding({ args, cwd: this.folder, env: this.#environment(env), input });
  }

  /** Runs with `--json`. @returns the one document on standard output */
  async json(
    args: readonly string[],
    options?: RunOptions,
  ): Promise<{ code: number | null; document: Json }> {
    return documentOf(await this.run([...args, '--json'], options));
  }

  /** The same by `runProgram`. */
  async jsonOfProgram(
    args: readonly string[],
    options?: StartOptions,
  ): Promise<{ code: number | null; document: Json }> {
    return documentOf(await this.runProgram([...args, '--json'], options));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function documentOf({ code, stdout }: CliRun): { code: number | null; document: Json } {
  return { code, document: asObject(JSON.parse(stdout)) };
}

export type Json = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null) throw new Error(`no object: ${JSON.stringify(value)}`);
  return Object.fromEntries(Object.entries(value));
}

/** Waits until something holds; the test's own time limit ends a wait in vain. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(5);
}

/** Gives a process its input and gathers what it writes. */
function observed(child: ChildProcessWithoutNullStreams, input: string | Buffer = ''): RunningCli {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A command that refuses its input early closes the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<CliRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** One word for a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A document with each value replaced by its kind, lists by their first member: what scripts may rely on. */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
  }
  return typeof value;
}
