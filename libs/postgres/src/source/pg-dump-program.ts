import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Which `pg_dump` is asked for. */
export interface PgDumpProgram {
  /** The program, or the name that is looked for in `PATH`. */
  readonly pgDump: string;
  /** `PATH`, in which programs are looked for; null: the system's own. */
  readonly programPath: string | null;
}

const run = promisify(execFile);

/** @returns null if it cannot be run, or does not say its version within the limit */
export async function pgDumpVersion(
  { pgDump, programPath }: PgDumpProgram,
  limits: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number } = {},
): Promise<string | null> {
  try {
    const { stdout } = await run(pgDump, ['--version'], {
      env: programPath === null ? {} : { PATH: programPath },
      signal: limits.signal,
      timeout: limits.timeoutMs,
    });
    return /\(PostgreSQL\) (\d+[\w.]*)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

/**
 * Says why this `pg_dump` cannot write the definition of a server's database.
 *
 * @param version       as `pgDumpVersion` found it
 * @param serverVersion as `server_version` says it, without what a packager adds
 * @returns             null if it can
 */
export function whyUnfit(
  version: string | null,
  { pgDump }: PgDumpProgram,
  serverVersion: string,
): string | null {
  if (version === null) {
    return `There is no pg_dump on this machine (${pgDump}); install PostgreSQL's client programs, or set PG_DUMP.`;
  }
  const needed = majorOf(serverVersion);
  if (majorOf(version) >= needed) return null;
  return `pg_dump here has version ${version}, and the server ${serverVersion}; one of at least ${needed} is needed (PG_DUMP).`;
}

/** It tells no password of a key to other programs but in the open. */
export const KEY_WITH_PASSWORD =
  'The client key for TLS has a password, which pg_dump can be told only in the open.';

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
