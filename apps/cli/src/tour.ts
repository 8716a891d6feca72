import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackupError, toBackupError } from '@satchel/domain';
import type { DemoSchool } from '@satchel/wiring';
import { openDemoSchool } from '@satchel/wiring';
import { EXIT_CODES } from './exit-codes.js';
import { describeError } from './report/describe-error.js';
import { table } from './terminal/table.js';
import { readTourConfig } from './tour.config.js';

/**
 * A guided tour of the command line, on the embedded demo school: every command below is run for real, in a process
 * of its own, and printed before its output. It can be run again and again; stopped half way, the next one first puts
 * the rows back.
 */

const PROGRAM = fileURLToPath(new URL('../bin/backup_system.js', import.meta.url));

const MISTAKES = [
  `UPDATE students_student SET last_name = 'Mistake', due_amount = 0
   WHERE class_section_id = (SELECT min(class_section_id) FROM students_student)`,
  `DELETE FROM attendance_attendance
   WHERE date = (SELECT max(date) FROM attendance_attendance)`,
  `DELETE FROM student_fees_feedeposit
   WHERE id IN (SELECT id FROM student_fees_feedeposit ORDER BY id DESC LIMIT 25)`,
] as const;

const LOOK = `SELECT 'students called Mistake' AS what, count(*) AS rows FROM students_student WHERE last_name = 'Mistake'
UNION ALL SELECT 'days of attendance', count(*) FROM attendance_attendance
UNION ALL SELECT 'fees paid', count(*) FROM student_fees_feedeposit`;

const config = readTourConfig();
let interrupted = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!interrupted) process.stderr.write('Stopping and cleaning up.\n');
    interrupted = true;
  });
}
process.stdout.on('error', () => process.exit(0));

/** A command of the tour has failed, and has said why. */
class StepFailed extends Error {
  constructor(readonly exitCode: number) {
    super('a step of the tour has failed');
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function title(text: string): void {
  say(`\n== ${text}\n`);
}

function stopIfInterrupted(): void {
  if (interrupted) throw stopped();
}

function stopped(): BackupError {
  return new BackupError(
    'cancelled',
    'The tour was stopped; "npm start" begins again, and first puts the rows back.',
  );
}

/** Runs the command line as a person would, and shows it. @returns what it wrote to standard output */
async function run(school: DemoSchool, ...args: string[]): Promise<string> {
  stopIfInterrupted();
  say(`$ npx backup_system ${args.join(' ')}`);
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: config.childEnvironment(school.url.reveal()),
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  stopIfInterrupted();
  if (code !== 0) throw new StepFailed(code ?? EXIT_CODES.system_error);
  say('');
  return output;
}

async function look(school: DemoSchool): Promise<void> {
  const rows = await school.query(LOOK);
  say(
    table(
      [{ title: 'in the database' }, { title: 'rows', align: 'right' }],
      rows.map(row => [String(row['what']), String(row['rows'])]),
    ),
  );
}

function found(output: string, pattern: RegExp): string {
  const [, match] = pattern.exec(output) ?? [];
  if (match === undefined) throw new BackupError('system_error', `The output has no ${String(pattern)}.`);
  return match;
}

async function putRowsBack(school: DemoSchool): Promise<void> {
  const note = await readFile(config.noteFile, 'utf8').catch(() => null);
  if (note === null) return;
  const file = join(config.backupDir, note.trim());
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (isThere) {
    title('An earlier tour was stopped half way; its rows come back first');
    await run(school, 'restore', `--file=${file}`, '--mode=replace', '--yes', '--no-safety-backup');
  }
  await rm(config.noteFile, { force: true });
}

async function tour(school: DemoSchool): Promise<void> {
  stopIfInterrupted();
  if (!(await school.claim())) {
    throw new BackupError(
      'conflict',
      'Another tour is under way in this folder, and both would change the same rows. Wait until it has ended, or start this one ' +
        'with a folder of its own: SATCHEL_HOME=/tmp/second-tour npm start',
    );
  }
  await mkdir(config.homeDir, { recursive: true });
  await writeFile(config.configFile, '{}\n');
  await putRowsBack(school);

  title('1. How is everything?');
  await run(school, 'status');

  title('2. A backup of the students, their fees paid and attendance');
  const created = await run(school, 'create', '--type=students', '--name=tour');
  const file = found(created, / to (\S+)\.\n/);

  title('3. Is the file whole? Every byte is read, and every digest checked');
  await run(school, 'verify', `--file=${file}`);

  title('4. Somebody makes mistakes');
  await look(school);
  await writeFile(config.noteFile, `${file}\n`);
  for (const sql of MISTAKES) {
    stopIfInterrupted();
    say(`\n  ${sql};`);
    await school.query(sql);
  }
  say('');
  await look(school);

  title('5. What would a restore change? Nothing is changed yet');
  await run(school, 'restore', `--file=${file}`, '--mode=merge', '--dry-run', '--show-rows=2');

  title('6. Restore: all or nothing, and what it changes is kept first');
  const restored = await run(school, 'restore', `--file=${file}`, '--mode=merge');
  await look(school);

  title('7. Was the restore itself the mistake? Take it back');
  const restoreId = found(restored, /restore id\s+(\S+)/);
  await run(school, 'undo', restoreId, '--yes');
  await look(school);

  title('8. And make the tables equal to the backup again');
  await run(school, 'restore', `--file=${file}`, '--mode=replace', '--yes');
  await look(school);
  await rm(config.noteFile, { force: true });

  title('9. What there is now; those of type "safety" were made by the restores');
  await run(school, 'list', '--limit=5');

  title('What to try next');
  say(`  npx backup_system --help                          all commands, exit codes
  npx backup_system create                          back up the whole demo school, to backups/
  npx backup_system create --json | jq .data        for scripts
  DATABASE_URL=postgresql://user@host/database npx backup_system create
                                                    your own database; docs/configuration.md lists all settings
`);
}

let school: DemoSchool | undefined;
try {
  say('A tour of backup_system on a demo school with invented people. It takes about a minute.');
  school = await openDemoSchool(config.homeDir, say);
  await tour(school);
} catch (thrown) {
  if (thrown instanceof StepFailed && !interrupted) {
    process.exitCode = thrown.exitCode;
  } else {
    // A program that Ctrl-C reached too fails in its own words, which would only puzzle.
    const error = interrupted ? stopped() : toBackupError(thrown);
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = EXIT_CODES[error.kind];
  }
} finally {
  await school?.close();
}
process.exit();
