import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { freePort } from '@satchel/demo-school';

/** A Redis of one test file. Nothing of it is on disk. */
export interface TestRedis {
  /** The same for as long as the test lasts, whether it runs or not. */
  readonly url: string;
  /** Ends it at once, as a power failure would: what it remembered is lost. Safe to call twice. */
  stop(): Promise<void>;
  /** Starts it again on the same port, remembering nothing. */
  start(): Promise<void>;
}

/**
 * Runs Redis, waits for its own standard input to end, which it does however the test process ends, then kills Redis. Only
 * Redis keeps the output open, so the output ends with it. Its argument: the port.
 */
const GUARD = `
trap '' INT TERM HUP
redis-server --bind 127.0.0.1 --port "$1" --save '' --appendonly no --daemonize no --loglevel notice 2> /dev/null &
redis=$!
exec > /dev/null
cat > /dev/null
kill -KILL "$redis"
wait
`;

const TRIES = 10;

/**
 * Starts a Redis on a free port of 127.0.0.1. It is ended by `stop()`, and also when this process ends without it, even if it
 * is killed.
 *
 * @throws if `redis-server` is not installed, or does not start
 */
export async function startTestRedis(): Promise<TestRedis> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    try {
      let guard: ChildProcess | undefined = await startGuard(port);
      return {
        url: `redis://127.0.0.1:${port}`,
        start: async () => {
          guard ??= await startGuard(port);
        },
        stop: async () => {
          const ending = guard;
          guard = undefined;
          if (ending !== undefined) await endGuard(ending);
        },
      };
    } catch (error) {
      // Another process may have taken the port meanwhile.
      if (tries === TRIES) throw error;
    }
  }
}

async function startGuard(port: number): Promise<ChildProcess> {
  const guard = spawn('sh', ['-c', GUARD, 'satchel-test-redis', String(port)], {
    cwd: '/',
    // In a session of its own, so that Ctrl-C in the terminal ends the tests first and not the guard.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const said = await untilReady(guard);
  if (said === null) {
    // Whatever it says later is of no interest, but must not make it wait.
    guard.stdout.resume();
    return guard;
  }
  await endGuard(guard);
  throw new Error(`Redis did not start on port ${port}; it is in the package redis-server. ${said}`);
}

/** @returns null once it is ready; if it ends instead, what it said */
async function untilReady(guard: ChildProcess & { readonly stdout: Readable }): Promise<string | null> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: guard.stdout })) {
    if (line.includes('Ready to accept connections')) return null;
    lines.push(line);
  }
  return lines.join('\n');
}

async function endGuard(guard: ChildProcess): Promise<void> {
  const ended = once(guard, 'close');
  guard.stdin?.end();
  guard.stdout?.resume();
  await ended;
}
