import { spawn } from 'node:child_process';
import { cpuSeconds, ProcessTree } from './process-tree.ts';

/** What one run of a program took. */
export interface Measurement {
  readonly seconds: number;
  /** User and system time of the program and the processes that it started; the server's is not in it. */
  readonly cpuSeconds: number;
  /** The server's, all its processes, meanwhile. */
  readonly serverCpuSeconds: number;
  /** Resident, of the program and the processes that it started. */
  readonly peakBytes: number;
  readonly stdout: string;
}

export interface Program {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Exit codes that count as done; default 0 only. */
  readonly accepts?: readonly number[];
}

/** How often memory is looked at, in milliseconds. */
const LOOK_EVERY_MS = 20;

/** Output that is kept, in characters: reports are small. */
const MAX_OUTPUT = 4 * 1024 * 1024;

/**
 * The shell waits for the program and then says, on descriptor 3, what its children used: exact, where looking at /proc
 * would miss the end. A first argument with blanks is a pipeline.
 */
const TIMED = '"$@"; code=$?; times >&3; exit $code';

/**
 * Runs a program to its end.
 *
 * @param serverPid the PostgreSQL server's first process
 * @throws Error with the end of its standard error if it fails
 */
export async function measure(
  program: Program,
  serverPid: number,
  signal: AbortSignal,
): Promise<Measurement> {
  signal.throwIfAborted();
  const serverBefore = cpuSeconds(serverPid);
  const startedMs = performance.now();
  const child = spawn('sh', ['-c', TIMED, 'bench', ...program.command], {
    cwd: program.cwd,
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...program.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be ended.
    detached: true,
  });
  const endGroup = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
  signal.addEventListener('abort', endGroup, { once: true });
  const tree = new ProcessTree(child.pid ?? 0);
  const looking = setInterval(() => tree.look(), LOOK_EVERY_MS);
  const [stdout, stderr, times] = [child.stdio[1], child.stdio[2], child.stdio[3]].map(collected);
  let code: number | null;
  try {
    code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  } finally {
    clearInterval(looking);
    signal.removeEventListener('abort', endGroup);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  signal.throwIfAborted();
  if (code === null || !(program.accepts ?? [0]).includes(code)) {
    const shown = program.command.map(part => part.replace(/\/\/[^@/]*@/, '//')).join(' ');
    throw new Error(`"${shown}" ended with ${code}:\n${(stderr?.() || stdout?.() || '').slice(-2000)}`);
  }
  return {
    seconds,
    cpuSeconds: childSeconds(times?.() ?? ''),
    serverCpuSeconds: cpuSeconds(serverPid) - serverBefore,
    peakBytes: tree.peakBytes,
    stdout: stdout?.() ?? '',
  };
}

/** The second line of the shell's `times`: user and system time of its children, as `0m1.230000s 0m0.040000s`. */
export function childSeconds(times: string): number {
  const line = times.trim().split('\n')[1] ?? '';
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}

function collected(stream: unknown): () => string {
  let text = '';
  (stream as NodeJS.ReadableStream).on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-MAX_OUTPUT);
  });
  return () => text;
}
