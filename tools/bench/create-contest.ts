import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compete, type Arena, type Contender, type ContenderId, type Result } from './contest.ts';
import { SCHOOL } from './databases.ts';
import type { Programs } from './programs.ts';
import { reportOf, type CreatedReport, type Satchel } from './satchel.ts';

/** Our catalog's schema, which our backups leave out: the tools' must do so too. */
const CATALOG_SCHEMA = 'satchel';

/** Backing up a whole school, ours and theirs, and reading its rows without keeping them. */
export async function contestCreate(
  arena: Arena,
  satchel: Satchel,
  programs: Programs,
  { folder, gzip }: { folder: string; gzip: boolean },
): Promise<readonly Result[]> {
  const url = arena.databases.url(SCHOOL);
  const ours = (id: ContenderId, title: string, ...args: readonly string[]): Contender => ({
    id,
    title,
    program: satchel.program(url, 'create', ...args),
    conclude: async ({ stdout }) => {
      const { path, size_bytes } = reportOf<CreatedReport>(stdout);
      await rm(path);
      await rm(`${path}.manifest.json`);
      return size_bytes;
    },
  });
  const theirs = (
    id: ContenderId,
    title: string,
    command: (file: string) => readonly string[],
  ): Contender => {
    const file = join(folder, id);
    return {
      id,
      title,
      program: { command: command(file), cwd: folder },
      conclude: async () => {
        const { size } = await stat(file);
        await rm(file);
        return size;
      },
    };
  };
  const dump = ['pg_dump', `--dbname=${url}`, `--exclude-schema=${CATALOG_SCHEMA}`];
  const contenders: Contender[] = [
    ours('create', 'create'),
    ours('create-jobs', 'create --jobs=2', '--jobs=2'),
    ...(gzip ? [ours('create-gzip', 'create --compression=gzip', '--compression=gzip')] : []),
    {
      id: 'copy',
      title: 'COPY … TO STDOUT, thrown away',
      program: {
        command: [process.execPath, join(import.meta.dirname, 'drain-copy.ts'), url, CATALOG_SCHEMA],
        cwd: folder,
      },
      conclude: ({ stdout }) => Promise.resolve((JSON.parse(stdout) as { bytes: number }).bytes),
    },
  ];
  if (programs.tools !== null) {
    contenders.push(
      theirs('dump', 'pg_dump -Fc', file => [...dump, '-Fc', `--file=${file}`]),
      theirs('dump-fast', 'pg_dump -Fc -Z1', file => [...dump, '-Fc', '-Z1', `--file=${file}`]),
    );
    if (programs.zstd !== null) {
      const pipeline = 'out=$1; shift; "$@" | zstd -q -o "$out"';
      contenders.push(
        theirs('dump-zstd', 'pg_dump | zstd', file => ['sh', '-c', pipeline, 'dump', file, ...dump]),
      );
    }
  }
  return compete(arena, contenders);
}
