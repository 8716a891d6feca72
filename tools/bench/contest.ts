import type { BenchServer } from './bench-server.ts';
import type { Databases, WalWritten } from './databases.ts';
import { measure, type Measurement, type Program } from './measure.ts';

/** All that are ever compared, by what the options call them. */
export const CONTENDERS = [
  'create',
  'create-jobs',
  'create-gzip',
  'copy',
  'dump',
  'dump-fast',
  'dump-zstd',
  'create-local',
  'create-s3',
  'replace',
  'merge',
  'merge-unsafe',
  'restore',
  'restore-jobs',
  'restore-data',
] as const;
export type ContenderId = (typeof CONTENDERS)[number];

/** One of those that do the same work in the same run. */
export interface Contender {
  readonly id: ContenderId;
  readonly title: string;
  readonly program: Program;
  /** Makes what a run needs; takes no part in the time. */
  readonly prepare?: () => Promise<void>;
  /** Looks at what a run left, and removes it. @returns the size of the file that it wrote, in bytes */
  readonly conclude?: (measured: Measurement) => Promise<number | null>;
}

/** The medians of a contender's runs. */
export interface Result {
  readonly id: ContenderId;
  readonly title: string;
  readonly seconds: number;
  /** Shortest and longest run. */
  readonly range: readonly [number, number];
  readonly cpuSeconds: number;
  readonly serverCpuSeconds: number;
  readonly peakBytes: number;
  readonly fileBytes: number | null;
  readonly wal: WalWritten;
}

export interface Arena {
  readonly server: BenchServer;
  readonly databases: Databases;
  readonly runs: number;
  /** Who does not take part. */
  readonly without: ReadonlySet<ContenderId>;
  readonly signal: AbortSignal;
  say(line: string): void;
}

type Run = Measurement & { readonly fileBytes: number | null; readonly wal: WalWritten };

/**
 * Lets the contenders run one after the other, `runs` times over, each time beginning with another one, so that a change
 * of the machine's mood meets all of them.
 */
export async function compete(arena: Arena, all: readonly Contender[]): Promise<readonly Result[]> {
  const contenders = all.filter(({ id }) => !arena.without.has(id));
  const runs = new Map<Contender, Run[]>(contenders.map(contender => [contender, []]));
  for (let round = 0; round < arena.runs; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const contender = contenders[(round + turn) % contenders.length];
      if (!contender) continue;
      const run = await runOnce(arena, contender);
      runs.get(contender)?.push(run);
      arena.say(`  ${contender.title}: ${run.seconds.toFixed(2)} s`);
    }
  }
  return [...runs].map(([{ id, title }, measured]) => summarise(id, title, measured));
}

async function runOnce(arena: Arena, contender: Contender): Promise<Run> {
  const { databases, server, signal } = arena;
  await contender.prepare?.();
  await databases.settle();
  const { result, wal } = await databases.walOf(() => measure(contender.program, server.pid, signal));
  const fileBytes = (await contender.conclude?.(result)) ?? null;
  return { ...result, fileBytes, wal };
}

function summarise(id: ContenderId, title: string, runs: readonly Run[]): Result {
  const of = (pick: (run: Run) => number): number => median(runs.map(pick));
  const seconds = runs.map(run => run.seconds);
  return {
    id,
    title,
    seconds: of(run => run.seconds),
    range: [Math.min(...seconds), Math.max(...seconds)],
    cpuSeconds: of(run => run.cpuSeconds),
    serverCpuSeconds: of(run => run.serverCpuSeconds),
    peakBytes: of(run => run.peakBytes),
    fileBytes: runs.some(run => run.fileBytes !== null) ? of(run => run.fileBytes ?? 0) : null,
    wal: { bytes: of(run => run.wal.bytes), pageImages: of(run => run.wal.pageImages) },
  };
}

/** The middle of the sorted numbers; of an even number of them, the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
