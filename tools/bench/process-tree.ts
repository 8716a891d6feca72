import { readdirSync, readFileSync } from 'node:fs';

/** Memory that a process and its descendants have used, as Linux counts it in /proc. */
export class ProcessTree {
  readonly #root: number;
  /** Peak of each process that was ever seen, in bytes. */
  readonly #peaks = new Map<number, number>();

  constructor(root: number) {
    this.#root = root;
  }

  /** Looks once; call it every few milliseconds, since a process takes its figures with it when it ends. */
  look(): void {
    for (const pid of descendants(this.#root)) {
      const peak = peakBytes(pid);
      if (peak > 0) this.#peaks.set(pid, peak);
    }
  }

  /**
   * Peak resident bytes (VmHWM), the peaks of all processes added up: an upper bound of what they had at one moment.
   * The first process, which only starts the others, is left out.
   */
  get peakBytes(): number {
    let sum = 0;
    for (const [pid, peak] of this.#peaks) if (pid !== this.#root) sum += peak;
    return sum;
  }
}

/** CPU seconds of a process, its living descendants, and those that it has waited for. */
export function cpuSeconds(root: number): number {
  let ticks = 0;
  for (const pid of descendants(root)) {
    const [user = 0, system = 0, waitedUser = 0, waitedSystem = 0] = statFields(pid)
      .slice(11, 15)
      .map(Number);
    ticks += user + system + waitedUser + waitedSystem;
  }
  return ticks / TICKS_PER_SECOND;
}

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The process itself comes first. */
function descendants(root: number): number[] {
  const found = [root];
  for (const pid of found) {
    for (const thread of list(`/proc/${pid}/task`)) {
      const children = read(`/proc/${pid}/task/${thread}/children`).trim();
      if (children !== '') found.push(...children.split(' ').map(Number));
    }
  }
  return found;
}

function peakBytes(pid: number): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** The fields of proc(5)'s stat after the program's name, which may hold anything. */
function statFields(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The process has ended meanwhile.
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
