import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createTestDatabase,
  query,
  sameContent,
  startTestS3,
  testServers,
  type TestDatabase,
  type TestS3,
  type TestServer,
} from '@satchel/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAsShown, readRunbook, type RunbookStep } from './runbook.js';
import { asObject, Sandbox } from './sandbox.js';

const RUNBOOK = new URL('../../../docs/restore-runbook.md', import.meta.url);
const PROGRAMS = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url));

const PG_DUMP_MAJOR = Number(
  /\(PostgreSQL\) (\d+)/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[1],
);
const HAS_AWS = spawnSync('aws', ['--version']).status === 0;

/** Thirty processes one after the other: half a minute where nothing else runs, minutes where much does. */
const TIMEOUT_MS = 300_000;

/** The pupil that the clerk deletes. */
const PUPIL_ID = 99_001;

/** In each shell: what the one before has exported, and the end at the first command that fails. */
const SHELL = [
  '-c',
  'set -eo pipefail; . "$STATE"; trap \'export -p > "$STATE"\' EXIT; eval "$1" 2>&1',
  'runbook',
];

let server: TestServer;
let s3: TestS3;
let old: TestDatabase;
let folder: string;
let database: string;
let env: Record<string, string>;

beforeEach(async () => {
  const fitting = testServers().find(({ major }) => major <= PG_DUMP_MAJOR);
  if (!fitting) throw new Error(`No test server is as old as pg_dump ${PG_DUMP_MAJOR} here.`);
  server = fitting;
  [old, s3] = await Promise.all([createTestDatabase(server, { template: 'school' }), startTestS3()]);
  await query(
    old.url,
    `INSERT INTO students_student
     SELECT (jsonb_populate_record(s, '{"id": ${PUPIL_ID}, "admission_number": "LV${PUPIL_ID}", "first_name": "Asha"}')).*
     FROM students_student s LIMIT 1`,
  );
  await s3.createBucket('school-backups');
  folder = await mkdtemp(join(tmpdir(), 'satchel-runbook-'));
  database = `${old.name}_new`;
  const { hostname, port, username, password } = new URL(server.url);
  env = {
    BUCKET: 's3://school-backups/satchel',
    ENDPOINT: s3.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
    KEY_FILE: join(folder, 'key.txt'),
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: decodeURIComponent(password),
    DB_NAME: database,
    DB_ROLE: database,
    DB_PASSWORD: 'invented',
  };
});

afterEach(async () => {
  await query(server.url, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await query(server.url, `DROP ROLE IF EXISTS ${database}`);
  await old.drop();
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The night before: a backup in the bucket. Of the machine nothing is left but the bucket and the key. */
async function backUp(): Promise<string> {
  const sandbox = await Sandbox.make(old.url);
  try {
    execFileSync('age-keygen', ['-o', env['KEY_FILE'] ?? ''], { stdio: 'ignore' });
    const recipient = execFileSync('age-keygen', ['-y', env['KEY_FILE'] ?? ''], { encoding: 'utf8' }).trim();
    const { document } = await sandbox.json(['create'], {
      env: {
        BACKUP_RECIPIENTS: recipient,
        BACKUP_DESTINATIONS: 'cloud',
        DESTINATION_CLOUD_URL: `${env['BUCKET']}?endpoint=${env['ENDPOINT']}`,
        DESTINATION_CLOUD_ACCESS_KEY_ID: 'test',
        DESTINATION_CLOUD_SECRET_ACCESS_KEY: 'test',
      },
    });
    expect(document).toMatchObject({ status: 'success' });
    return String(asObject(document['data'])['file']);
  } finally {
    await sandbox.remove();
  }
}

/** Where the AWS tool is not installed the files come as from a disk. */
async function fetchInstead(file: string): Promise<void> {
  for (const [name, place] of [
    [file, 'backups'],
    [`${file}.manifest.json`, 'manifests'],
  ] as const) {
    const answer = await fetch(`${s3.endpoint}/school-backups/satchel/${name}`);
    await mkdir(join(folder, place), { recursive: true });
    await writeFile(join(folder, place, name), Buffer.from(await answer.arrayBuffer()));
  }
}

function run({ commands }: RunbookStep): { code: number | null; output: string } {
  const typed = HAS_AWS ? commands : commands.replace(/^aws .*$/gm, ':');
  const { status, stdout } = spawnSync('bash', [...SHELL, typed], {
    cwd: folder,
    env: {
      ...env,
      // npx itself is npm's: it finds the program and takes half a second for it.
      PATH: `${join(folder, 'bin')}:${PROGRAMS}:${process.env['PATH']}`,
      HOME: folder,
      STATE: join(folder, 'state.sh'),
    },
    encoding: 'utf8',
  });
  return { code: status, output: stdout };
}

it(
  'leads from the files and the key to a running school, as written',
  async () => {
    const { steps, variables } = readRunbook(await readFile(RUNBOOK, 'utf8'));
    expect(variables.toSorted()).toEqual(Object.keys(env).toSorted());
    const file = await backUp();
    await mkdir(join(folder, 'bin'));
    await symlink('/usr/bin/env', join(folder, 'bin/npx'));
    await writeFile(join(folder, 'state.sh'), '');
    if (!HAS_AWS) await fetchInstead(file);

    const url = new URL(server.url);
    url.pathname = `/${database}`;
    let deleted = false;
    for (const step of steps) {
      if (step.heading.startsWith('Only some rows') && !deleted) {
        expect(await sameContent(url.href, old.url)).toEqual([]);
        await query(url.href, `DELETE FROM students_student WHERE id = ${PUPIL_ID}`);
        deleted = true;
      }
      const { code, output } = run(step);
      expect(code, `${step.commands}${output}`).toBe(step.exitCode);
      const { shown } = step;
      if (shown !== null)
        expect(isAsShown(output, shown), `${step.commands}${output}\nis not\n${shown}`).toBe(true);
    }
    expect(deleted).toBe(true);
    expect(await readFile(join(folder, 'students.csv'), 'utf8')).toMatch(
      new RegExp(`^"?${PUPIL_ID}"?,`, 'm'),
    );
    // Undone at last: the pupil is gone again.
    expect(await query(url.href, `SELECT 1 FROM students_student WHERE id = ${PUPIL_ID}`)).toEqual([]);
  },
  TIMEOUT_MS,
);
