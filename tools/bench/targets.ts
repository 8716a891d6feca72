import type { ContenderId, Result } from './contest.ts';
import type { MemoryResult } from './memory-contest.ts';

/** One thing that must hold, and whether it does. */
export interface Verdict {
  readonly what: string;
  /** Ours divided by theirs, unless `unit` says otherwise. */
  readonly value: number;
  readonly atMost: number;
  readonly unit: 'ratio' | 'bytes';
  /** CPU seconds of ours divided by theirs, which a busy machine changes less; null where it says nothing. */
  readonly cpuRatio: number | null;
  readonly met: boolean;
}

/** From this size on (bytes of tables without indexes) the targets are meant to hold; below, starting up counts more. */
export const MEANT_FROM_BYTES = 500e6;

const MAX_PEAK_BYTES = 256 * 1024 * 1024;

/** Peak memory of the largest school beside that of the smallest. */
const MAX_GROWTH = 1.1;

/** Compares what was measured with what must be reached; what was not measured is left out. */
export function judge(results: readonly Result[], memory: readonly MemoryResult[]): readonly Verdict[] {
  const byId = new Map(results.map(result => [result.id, result]));
  const verdicts: Verdict[] = [];
  const compare = (what: string, ours: ContenderId, theirs: ContenderId, atMost: number): void => {
    const [our, their] = [byId.get(ours), byId.get(theirs)];
    if (!our || !their) return;
    const cpuRatio = totalCpu(our) / totalCpu(their);
    const value = our.seconds / their.seconds;
    verdicts.push({ what, value, atMost, unit: 'ratio', cpuRatio, met: value <= atMost });
  };
  compare('create / pg_dump -Fc', 'create', 'dump', 1 / 2);
  compare('create --jobs=2 / pg_dump -Fc', 'create-jobs', 'dump', 1 / 2.7);
  verdicts.push(...size(byId.get('create'), byId.get('dump'), 'file of create / of pg_dump -Fc'));
  verdicts.push(
    ...size(byId.get('create-jobs'), byId.get('dump'), 'file of create --jobs=2 / of pg_dump -Fc'),
  );
  compare('create, encrypted and into S3 / create', 'create-s3', 'create-local', 1.5);
  compare('replace / pg_restore --single-transaction', 'replace', 'restore', 1);
  compare('merge (5 % changed, 5 % new) / replace', 'merge', 'replace', 0.8);
  const peaks = [
    ...results.filter(({ id }) => OURS.has(id)).map(({ peakBytes }) => peakBytes),
    ...memory.flatMap(({ create, createJobs, replace }) => [create, createJobs, replace]),
  ];
  if (peaks.length > 0) {
    const value = Math.max(...peaks);
    const met = value <= MAX_PEAK_BYTES;
    verdicts.push({
      what: 'peak memory of our process',
      value,
      atMost: MAX_PEAK_BYTES,
      unit: 'bytes',
      cpuRatio: null,
      met,
    });
  }
  return [...verdicts, ...growth(memory)];
}

/** Contenders that are our own process, and that the limit is meant for: an upload holds its parts besides. */
const OURS: ReadonlySet<ContenderId> = new Set<ContenderId>([
  'create',
  'create-jobs',
  'create-gzip',
  'create-local',
  'replace',
  'merge',
  'merge-unsafe',
]);

function totalCpu({ cpuSeconds, serverCpuSeconds }: Result): number {
  return cpuSeconds + serverCpuSeconds;
}

function size(ours: Result | undefined, theirs: Result | undefined, what: string): readonly Verdict[] {
  if (!ours?.fileBytes || !theirs?.fileBytes) return [];
  const value = ours.fileBytes / theirs.fileBytes;
  return [{ what, value, atMost: 1, unit: 'ratio', cpuRatio: null, met: value <= 1 }];
}

function growth(memory: readonly MemoryResult[]): readonly Verdict[] {
  const sorted = [...memory].sort((a, b) => a.tableBytes - b.tableBytes);
  const [least, most] = [sorted.at(0), sorted.at(-1)];
  if (!least || !most || least === most) return [];
  const megabytes = ({ tableBytes }: MemoryResult): number => Math.round(tableBytes / 1e6);
  return (['create', 'createJobs', 'replace'] as const).map(kind => {
    const value = most[kind] / least[kind];
    const name = kind === 'createJobs' ? 'create --jobs=2' : kind;
    return {
      what: `memory of ${name}: ${megabytes(most)} MB school / ${megabytes(least)} MB`,
      value,
      atMost: MAX_GROWTH,
      unit: 'ratio',
      cpuRatio: null,
      met: value <= MAX_GROWTH,
    };
  });
}
