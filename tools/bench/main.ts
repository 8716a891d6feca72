import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverSettings, startBenchServer } from './bench-server.ts';
import type { Arena } from './contest.ts';
import { contestCreate } from './create-contest.ts';
import { Databases, SCHOOL } from './databases.ts';
import { measure } from './measure.ts';
import { measureMemory } from './memory-contest.ts';
import { HELP, readOptions, UsageError, type Options } from './options.ts';
import { findPrograms, type Programs } from './programs.ts';
import { formatFindings, type Findings } from './report.ts';
import { contestRestore } from './restore-contest.ts';
import { contestS3 } from './s3-contest.ts';
import { Satchel } from './satchel.ts';
import { judge } from './targets.ts';

/** Where the findings are left for scripts; not under version control. */
const FINDINGS_FILE = fileURLToPath(new URL('../../test-results/bench.json', import.meta.url));

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stop.abort(new Error(`Stopped by ${name}.`)));
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return;
  }
  const programs = await findPrograms(options.server);
  const server = await startBenchServer(programs.server, programs.serverMajor);
  const folder = await mkdtemp(join(tmpdir(), 'satchel-bench-'));
  try {
    const databases = new Databases(server);
    const arena: Arena = {
      server,
      databases,
      runs: options.runs,
      without: options.without,
      signal: stop.signal,
      say,
    };
    const findings = await run(arena, programs, options, folder);
    process.stdout.write(`${formatFindings(findings)}\n`);
    await mkdir(dirname(FINDINGS_FILE), { recursive: true });
    await writeFile(FINDINGS_FILE, `${JSON.stringify(findings, null, 2)}\n`);
    say(`The same as JSON: ${FINDINGS_FILE}`);
    if (options.keep) await untilStopped(databases.url(SCHOOL), folder);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(arena: Arena, programs: Programs, options: Options, folder: string): Promise<Findings> {
  const { databases, server, signal } = arena;
  const { parts, students } = options;
  const satchel = new Satchel(folder);
  say(`Making a school of ${students} students`);
  await databases.makeSchool(students);
  const size = await databases.size(SCHOOL);
  await databases.makeEmptySchool();
  // The first start compiles our code and makes the key and the catalog: once in an installation's life.
  await measure(satchel.program(databases.url(SCHOOL), 'status'), server.pid, signal);
  if (parts.has('create')) say('Backing up');
  const create = parts.has('create')
    ? await contestCreate(arena, satchel, programs, { folder, gzip: options.gzip })
    : [];
  if (parts.has('s3')) say('Backing up into S3');
  const s3 = parts.has('s3') ? await contestS3(arena, satchel) : [];
  const replace = parts.has('replace') || parts.has('merge');
  if (replace) say('Restoring');
  const { results: restore, differing } = replace
    ? await contestRestore(arena, satchel, programs, {
        folder,
        merge: parts.has('merge'),
        theirs: parts.has('replace'),
      })
    : { results: [], differing: null };
  if (parts.has('memory')) say('Memory');
  const memory = parts.has('memory') ? await measureMemory(arena, satchel, options.memoryStudents) : [];
  return {
    machine: describeMachine(programs),
    school: { students, ...size },
    runs: options.runs,
    missing: programs.missing,
    create,
    s3,
    restore,
    differing,
    memory,
    verdicts: judge([...create, ...s3, ...restore], memory),
  };
}

function describeMachine({ tools, zstd, serverName }: Programs): Record<string, string> {
  const settings = Object.entries(serverSettings()).map(([name, value]) => `${name}=${value}`);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB`,
    node: process.versions.node,
    server: `${serverName}; ${settings.join(', ')}; else its defaults`,
    tools: [tools ?? 'no PostgreSQL tools', zstd ?? 'no zstd'].join('; '),
  };
}

async function untilStopped(url: string, folder: string): Promise<void> {
  say(`Kept until Ctrl-C: ${url} and ${folder}`);
  await new Promise<void>(resolve => {
    const waiting = setInterval(() => undefined, 60_000);
    stop.signal.addEventListener('abort', () => {
      clearInterval(waiting);
      resolve();
    });
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${HELP}` : `${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
