import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../cli/bin/backup_system.js', import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliRun>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; empty without it. */
  readonly input?: string | Buffer;
}

/** A working folder with backups and keys of its own, and the built command line in it; no terminal. */
export class Sandbox {
  private constructor(
    readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async make(databaseUrl: string): Promise<Sandbox> {
    const folder = await mkdtemp(join(tmpdir(), 'satchel-e2e-'));
    await chmod(folder, 0o755);
    return new Sandbox(folder, { DATABASE_URL: databaseUrl });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Everything in the folder of backups, hidden files too; empty if there is none. */
  async backupFiles(): Promise<string[]> {
    return (await readdir(this.path('backups')).catch(() => [])).sort();
  }

  start(args: readonly string[], { env, input }: StartOptions = {}): RunningCli {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: this.folder,
      // Nothing of the developer's own settings, but a way to find programs.
      env: { PATH: process.env['PATH'], HOME: this.folder, ...this.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A command that refuses its input early closes the pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    const ended = new Promise<CliRun>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', code => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  }

  run(args: readonly string[], options?: StartOptions): Promise<CliRun> {
    return this.start(args, options).ended;
  }

  /** Runs with `--json`. @returns the one document on standard output */
  async json(
    args: readonly string[],
    options?: StartOptions,
  ): Promise<{ code: number | null; document: Json }> {
    const { code, stdout } = await this.run([...args, '--json'], options);
    return { code, document: asObject(JSON.parse(stdout)) };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
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

/** A document with each value replaced by its kind, lists by their first member: what scripts may rely on. */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
  }
  return typeof value;
}
