import type { Result } from './contest.ts';
import type { DatabaseSize } from './databases.ts';
import type { MemoryResult } from './memory-contest.ts';
import { MEANT_FROM_BYTES, type Verdict } from './targets.ts';

/** All that a run of the benchmark found. */
export interface Findings {
  readonly machine: Readonly<Record<string, string>>;
  readonly school: DatabaseSize & { readonly students: number };
  readonly runs: number;
  readonly missing: readonly string[];
  readonly create: readonly Result[];
  /** Into a folder and into a bucket. */
  readonly s3: readonly Result[];
  readonly restore: readonly Result[];
  readonly differing: { readonly rows: number; readonly bytes: number } | null;
  readonly memory: readonly MemoryResult[];
  readonly verdicts: readonly Verdict[];
}

/** Lays the findings out for people. */
export function formatFindings(findings: Findings): string {
  const { machine, school, runs, missing, create, s3, restore, differing, memory, verdicts } = findings;
  const sections: string[] = [
    Object.entries(machine)
      .map(([name, value]) => `${name.padEnd(12)}${value}`)
      .join('\n'),
    `school      ${count(school.students)} students, ${count(school.rows)} rows, ${megabytes(school.tableBytes)} of tables, ` +
      `${megabytes(school.indexBytes)} of indexes; ${runs === 1 ? 'one run each' : `median of ${runs} runs each`}`,
    ...missing.map(line => `Not measured: ${line}`),
  ];
  if (create.length > 0) sections.push(resultTable('Backing up', create, 'file'));
  if (s3.length > 0) sections.push(resultTable('Backing up into S3', s3, 'file'));
  if (restore.length > 0) sections.push(resultTable('Restoring', restore, 'WAL'));
  if (differing !== null) sections.push(walText(restore, differing));
  if (memory.length > 0) sections.push(memoryTable(memory));
  sections.push(ratioTable(create, restore));
  if (verdicts.length > 0) sections.push(verdictTable(verdicts, school));
  return sections.filter(Boolean).join('\n\n');
}

function resultTable(title: string, results: readonly Result[], last: 'file' | 'WAL'): string {
  return table([
    [title, 'seconds', 'range', 'CPU s', 'server CPU s', 'peak MB', last === 'file' ? 'bytes MB' : 'WAL MB'],
    ...results.map(result => [
      result.title,
      result.seconds.toFixed(2),
      result.range.map(seconds => seconds.toFixed(1)).join('–'),
      result.cpuSeconds.toFixed(2),
      result.serverCpuSeconds.toFixed(2),
      (result.peakBytes / 2 ** 20).toFixed(0),
      ((last === 'file' ? (result.fileBytes ?? 0) : result.wal.bytes) / 1e6).toFixed(1),
    ]),
  ]);
}

function walText(results: readonly Result[], differing: { rows: number; bytes: number }): string {
  const merge = results.find(({ id }) => id === 'merge');
  const replace = results.find(({ id }) => id === 'replace');
  if (!merge) return '';
  const beside = replace ? `, ${(merge.wal.bytes / replace.wal.bytes).toFixed(2)} of the replace's` : '';
  return (
    `WAL of the merge: ${megabytes(merge.wal.bytes)}${beside}; ${count(merge.wal.pageImages)} images of whole pages are in it ` +
    `(at most ${megabytes(merge.wal.pageImages * 8192)}).\n` +
    `The ${count(differing.rows)} rows that differed take ${megabytes(differing.bytes)} in their tables.`
  );
}

function memoryTable(memory: readonly MemoryResult[]): string {
  const cell = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  return table([
    ['Peak MB of our process', 'create', 'create --jobs=2', 'replace'],
    ...memory.map(({ tableBytes, create, createJobs, replace }) => [
      `${megabytes(tableBytes)} of tables`,
      cell(create),
      cell(createJobs),
      cell(replace),
    ]),
  ]);
}

/** Every one of ours beside every one of theirs that does the same work. */
function ratioTable(create: readonly Result[], restore: readonly Result[]): string {
  const rows: string[][] = [];
  const add = (ours: readonly string[], theirs: readonly string[], results: readonly Result[]): void => {
    for (const their of results.filter(({ id }) => theirs.includes(id))) {
      for (const our of results.filter(({ id }) => ours.includes(id))) {
        const cpu = (result: Result): number => result.cpuSeconds + result.serverCpuSeconds;
        // The floor keeps no file.
        const file = our.fileBytes !== null && their.fileBytes !== null && their.id !== 'copy';
        rows.push([
          `${our.title} / ${their.title}`,
          (our.seconds / their.seconds).toFixed(2),
          (cpu(our) / cpu(their)).toFixed(2),
          (our.peakBytes / their.peakBytes).toFixed(1),
          file ? ((our.fileBytes ?? 0) / (their.fileBytes ?? 0)).toFixed(2) : '',
          results === restore ? (our.wal.bytes / their.wal.bytes).toFixed(2) : '',
        ]);
      }
    }
  };
  add(['create', 'create-jobs', 'create-gzip'], ['dump', 'dump-fast', 'dump-zstd', 'copy'], create);
  add(['replace'], ['restore', 'restore-jobs', 'restore-data'], restore);
  add(['merge', 'merge-unsafe'], ['replace'], restore);
  if (rows.length === 0) return '';
  return table([['Ours / theirs', 'time', 'all CPU', 'memory', 'file', 'WAL'], ...rows]);
}

function verdictTable(verdicts: readonly Verdict[], school: DatabaseSize): string {
  const shown = (value: number, { unit }: Verdict): string =>
    unit === 'bytes' ? `${(value / 2 ** 20).toFixed(0)} MB` : value.toFixed(2);
  const text = table([
    ['What must be reached', 'is', 'at most', '', 'all CPU'],
    ...verdicts.map(verdict => [
      verdict.what,
      shown(verdict.value, verdict),
      shown(verdict.atMost, verdict),
      verdict.met ? 'met' : 'NOT MET',
      verdict.cpuRatio?.toFixed(2) ?? '',
    ]),
  ]);
  if (school.tableBytes >= MEANT_FROM_BYTES) return text;
  return `${text}\nThis is meant for a school of at least ${megabytes(MEANT_FROM_BYTES)}: --size=${MEANT_FROM_BYTES / 1e6}`;
}

/** Columns as wide as they must be: the first to the left, the others to the right; a line under the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map(row => [...(row[column] ?? '')].length)),
  );
  const lines = rows.map(row =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return [lines[0], widths.map(width => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}

function megabytes(bytes: number): string {
  return `${bytes < 1e6 ? (bytes / 1e6).toFixed(2) : Math.round(bytes / 1e6)} MB`;
}

function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}
