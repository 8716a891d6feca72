import { rm } from 'node:fs/promises';
import type { Arena } from './contest.ts';
import { EMPTY_SCHOOL } from './databases.ts';
import { measure } from './measure.ts';
import { reportOf, type CreatedReport, type Satchel } from './satchel.ts';

const MEASURED = 'measured school';
const TARGET = 'measured target';

/** Peak memory of our process for one size of school, in bytes. */
export interface MemoryResult {
  readonly tableBytes: number;
  readonly create: number;
  readonly createJobs: number;
  readonly replace: number;
}

/**
 * Measures what memory our process takes for schools of several sizes; that is all one, if rows only pass through.
 *
 * @param students of each school, growing; schema databases for restores are there already
 */
export async function measureMemory(
  arena: Arena,
  satchel: Satchel,
  students: readonly number[],
): Promise<readonly MemoryResult[]> {
  const { databases, server, signal } = arena;
  const results: MemoryResult[] = [];
  for (const count of students) {
    await databases.makeSchool(count, MEASURED);
    const { tableBytes } = await databases.size(MEASURED);
    const url = databases.url(MEASURED);
    const once = await measure(satchel.program(url, 'create'), server.pid, signal);
    const twice = await measure(satchel.program(url, 'create', '--jobs=2'), server.pid, signal);
    await databases.create(TARGET, EMPTY_SCHOOL);
    const { path } = reportOf<CreatedReport>(once.stdout);
    const replace = await measure(
      satchel.program(databases.url(TARGET), 'restore', `--file=${path}`, '--mode=replace', '--yes'),
      server.pid,
      signal,
    );
    for (const name of [TARGET, MEASURED]) await databases.drop(name);
    await rm(satchel.backups, { recursive: true, force: true });
    results.push({
      tableBytes,
      create: once.peakBytes,
      createJobs: twice.peakBytes,
      replace: replace.peakBytes,
    });
    arena.say(`  ${Math.round(tableBytes / 1e6)} MB of tables: done`);
  }
  return results;
}
