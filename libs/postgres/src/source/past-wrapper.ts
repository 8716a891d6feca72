import { constants } from 'node:fs';
import { access, readdir, realpath } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import type { PgDumpProgram } from './pg-dump-program.js';

/** Where Debian's packages keep the programs of each major version. */
const VERSIONS = '/usr/lib/postgresql';

/** The script that Debian's client programs are links to. */
const WRAPPER = 'pg_wrapper';

/**
 * Where the program itself is, if what is asked for is Debian's wrapper around it. The wrapper would start the newest one, as
 * this does, since a server is always named; but it is written in Perl, and takes longer to begin than `pg_dump` takes
 * for a small school.
 *
 * @param versions the folder that has one for each major version
 * @returns        what was asked for, where there is no wrapper or nothing behind it
 */
export async function pastWrapper(
  { pgDump, programPath }: PgDumpProgram,
  versions: string = VERSIONS,
): Promise<string> {
  const found = pgDump.includes('/') ? pgDump : await inPath(pgDump, programPath ?? '');
  const target = found && (await realpath(found).catch(() => null));
  if (!target || basename(target) !== WRAPPER) return pgDump;
  const majors = (await readdir(versions).catch(() => [])).filter(name => /^\d+(\.\d+)?$/.test(name));
  for (const major of majors.sort((a, b) => Number(b) - Number(a))) {
    const program = join(versions, major, 'bin', basename(pgDump));
    if (await isExecutable(program)) return program;
  }
  return pgDump;
}

async function inPath(name: string, path: string): Promise<string | null> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    if (await isExecutable(join(folder, name))) return join(folder, name);
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
