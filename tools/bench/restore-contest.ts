import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compete, type Arena, type Contender, type ContenderId, type Result } from './contest.ts';
import { CHANGED_SCHOOL, EMPTY_SCHOOL, SCHOOL, type Databases } from './databases.ts';
import { measure } from './measure.ts';
import type { Programs } from './programs.ts';
import { reportOf, type CreatedReport, type RestoredReport, type Satchel } from './satchel.ts';

/** The database that is restored into; made anew for each run. */
const TARGET = 'target';

/** Rows of which the changed school differs from the backup: so many percent each are changed and missing. */
export const CHANGE = { updatePercent: 5, deletePercent: 5 };

export interface RestoreResults {
  readonly results: readonly Result[];
  /** Rows that a merge changed, and what they take in the table; null if no merge was run. */
  readonly differing: { readonly rows: number; readonly bytes: number } | null;
}

export interface RestoreWork {
  /** For the tools' files. */
  readonly folder: string;
  /** Measure the tools' restores too. */
  readonly theirs: boolean;
  readonly merge: boolean;
}

/**
 * Restoring a whole school, ours and theirs, into nothing, into empty tables, and into one that differs a little. After
 * the first restore of each kind of ours the database must hold what the school does.
 */
export async function contestRestore(
  arena: Arena,
  satchel: Satchel,
  programs: Programs,
  work: RestoreWork,
): Promise<RestoreResults> {
  const { databases, server, signal } = arena;
  const { folder } = work;
  const url = databases.url(SCHOOL);
  const created = await measure(satchel.program(url, 'create'), server.pid, signal);
  const { path } = reportOf<CreatedReport>(created.stdout);
  const expected = await databases.fingerprint(SCHOOL);
  let changed: RestoredReport | null = null;
  const contenders: Contender[] = [];
  const ours = (id: ContenderId, title: string, template: string, ...args: readonly string[]): void => {
    let checked = false;
    contenders.push({
      id,
      title,
      program: satchel.program(databases.url(TARGET), 'restore', `--file=${path}`, ...args),
      prepare: () => renew(databases, template),
      conclude: async ({ stdout }) => {
        const report = reportOf<RestoredReport>(stdout);
        if (id === 'merge') changed = report;
        if (!checked && (await databases.fingerprint(TARGET)) !== expected) {
          throw new Error(`After "${title}" the database does not hold what the backup was made of.`);
        }
        checked = true;
        await databases.drop(TARGET);
        return null;
      },
    });
  };
  ours('replace', 'restore --mode=replace', EMPTY_SCHOOL, '--mode=replace', '--yes');
  if (work.merge) {
    ours('merge', 'restore --mode=merge', CHANGED_SCHOOL, '--mode=merge', '--yes');
    ours(
      'merge-unsafe',
      'restore --mode=merge --no-safety-backup',
      CHANGED_SCHOOL,
      '--mode=merge',
      '--yes',
      '--no-safety-backup',
    );
  }
  const dumpFile = join(folder, 'restored.dump');
  if (work.theirs && programs.tools !== null) {
    const dump = ['pg_dump', `--dbname=${url}`, '--exclude-schema=satchel', '-Fc', `--file=${dumpFile}`];
    await measure({ command: dump, cwd: folder }, server.pid, signal);
    const theirs = (id: ContenderId, title: string, template: string, ...args: readonly string[]): void => {
      contenders.push({
        id,
        title,
        program: {
          command: ['pg_restore', `--dbname=${databases.url(TARGET)}`, '--exit-on-error', ...args, dumpFile],
          cwd: folder,
        },
        prepare: () => renew(databases, template),
        conclude: async () => {
          await databases.drop(TARGET);
          return null;
        },
      });
    };
    theirs('restore', 'pg_restore --single-transaction', 'template0', '--single-transaction');
    theirs('restore-jobs', 'pg_restore -j2, not one transaction', 'template0', '-j2');
    theirs(
      'restore-data',
      'pg_restore --data-only, into empty tables with keys',
      EMPTY_SCHOOL,
      '--single-transaction',
      '--data-only',
    );
  }
  if (work.merge) await databases.makeChangedSchool(CHANGE);
  const results = await compete(arena, contenders);
  const differing = changed === null ? null : await weigh(databases, changed);
  await rm(path);
  await rm(`${path}.manifest.json`);
  await rm(dumpFile, { force: true });
  await rm(satchel.backups, { recursive: true, force: true });
  return { results, differing };
}

async function renew(databases: Databases, template: string): Promise<void> {
  await databases.drop(TARGET);
  await databases.create(TARGET, template);
}

/** What the changed rows take in their tables, on the average of each. */
async function weigh(
  databases: Databases,
  { tables }: RestoredReport,
): Promise<{ rows: number; bytes: number }> {
  const rowBytes = await databases.rowBytes(SCHOOL);
  let rows = 0;
  let bytes = 0;
  for (const { name, created, updated } of tables) {
    rows += created + updated;
    bytes += (created + updated) * (rowBytes.get(name) ?? 0);
  }
  return { rows, bytes };
}
