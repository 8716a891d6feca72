import { parseArgs } from 'node:util';
import { toBackupError } from '@satchel/domain';
import { fillSchool } from './fill-school.js';
import { migrateSchool } from './migrate-school.js';

const HELP = `Fills an empty PostgreSQL database with an invented school.

  npm run demo-school -- --database-url=postgresql://user:password@host/database [--students=500] [--seed=satchel]

20,000 students come with about 10 million rows of attendance, which takes about a minute and 1.6 GB.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      students: { type: 'string', default: '500' },
      seed: { type: 'string', default: 'satchel' },
      'database-url': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const url = values['database-url'];
  const students = Number(values.students);
  if (
    values.help ||
    url === undefined ||
    !Number.isInteger(students) ||
    students < 1 ||
    students > 1_000_000
  ) {
    process.stdout.write(HELP);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const startedAt = Date.now();
  await migrateSchool(url);
  let table = '';
  const counts = await fillSchool(url, {
    students,
    seed: values.seed,
    onProgress: progress => {
      if (progress.table === table) return;
      table = progress.table;
      process.stderr.write(`${table}\n`);
    },
  });
  for (const [name, rows] of counts) process.stdout.write(`${String(rows).padStart(12)}  ${name}\n`);
  process.stdout.write(`Done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`);
}

try {
  await main();
} catch (error) {
  const misused =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(misused ? `${error.message}\n\n${HELP}` : `${toBackupError(error).message}\n`);
  process.exitCode = misused ? 2 : 1;
}
