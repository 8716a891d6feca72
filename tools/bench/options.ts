import { parseArgs } from 'node:util';
import { CONTENDERS, type ContenderId } from './contest.ts';
import { SERVER_SOURCES, type ServerSource } from './programs.ts';

export const PARTS = ['create', 's3', 'replace', 'merge', 'memory'] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly students: number;
  readonly runs: number;
  readonly parts: ReadonlySet<Part>;
  /** Students of the schools whose backups' and restores' memory is compared. */
  readonly memoryStudents: readonly number[];
  /** Who does not take part. */
  readonly without: ReadonlySet<ContenderId>;
  /** Where the server is taken from; the best there is if left out. */
  readonly server: ServerSource | undefined;
  readonly gzip: boolean;
  /** Keep server, databases and files until the benchmark is ended by hand. */
  readonly keep: boolean;
}

/** The invented school's share for each student, measured: rows of attendance, and bytes of tables without indexes. */
const ATTENDANCE_ROWS_PER_STUDENT = 510;
const TABLE_BYTES_PER_STUDENT = 47_000;

const DEFAULT_STUDENTS = 1000;
const MAX_STUDENTS = 1_000_000;
const MAX_RUNS = 100;

export const HELP = `Measures backing up and restoring an invented school, beside PostgreSQL's own tools.

  npm run bench -- [options]

  --students=N          size of the school; default ${DEFAULT_STUDENTS}
  --attendance-rows=N   the same, by rows of its largest table (${ATTENDANCE_ROWS_PER_STUDENT} for each student)
  --size=MB             the same, by megabytes of its tables without indexes
  --runs=N              runs of each, of which the median counts; default 1
  --only=PART,…         of ${PARTS.join(', ')}; default all
  --without=ID,…        leave out some of ${CONTENDERS.slice(0, 8).join(', ')},
                        ${CONTENDERS.slice(8).join(', ')}
  --server=SOURCE       "installed" by the system's packages, or "embedded", from npm; default installed where it is
  --memory-sizes=MB,…   schools whose memory is compared; default a fifth of the size and the size
  --gzip                also create --compression=gzip
  --keep                at the end, wait with server and databases until Ctrl-C
`;

/** A mistake in the options. */
export class UsageError extends Error {}

/**
 * @returns null if help is asked for
 * @throws UsageError for an option that is unknown or has a value that it cannot have
 */
export function readOptions(args: readonly string[]): Options | null {
  const values = parse(args);
  if (values.help === true) return null;
  const students = chooseStudents(values);
  const memory = values['memory-sizes'];
  return {
    students,
    runs: whole('--runs', values.runs ?? '1', MAX_RUNS),
    parts: new Set(values.only === undefined ? PARTS : values.only.split(',').map(toPart)),
    memoryStudents:
      memory === undefined
        ? [Math.max(1, Math.round(students / 5)), students]
        : memory.split(',').map(size => studentsOf('--memory-sizes', size)),
    without: new Set(values.without?.split(',').map(toContender)),
    server: values.server === undefined ? undefined : toServerSource(values.server),
    gzip: values.gzip === true,
    keep: values.keep === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        students: text,
        'attendance-rows': text,
        size: text,
        runs: text,
        only: text,
        without: text,
        server: text,
        'memory-sizes': text,
        gzip: flag,
        keep: flag,
        help: flag,
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function chooseStudents(values: ReturnType<typeof parse>): number {
  const given = [values.students, values['attendance-rows'], values.size].filter(
    value => value !== undefined,
  );
  if (given.length > 1) throw new UsageError('Give one of --students, --attendance-rows and --size.');
  if (values['attendance-rows'] !== undefined) {
    const rows = whole(
      '--attendance-rows',
      values['attendance-rows'],
      MAX_STUDENTS * ATTENDANCE_ROWS_PER_STUDENT,
    );
    return Math.ceil(rows / ATTENDANCE_ROWS_PER_STUDENT);
  }
  if (values.size !== undefined) return studentsOf('--size', values.size);
  return whole('--students', values.students ?? String(DEFAULT_STUDENTS), MAX_STUDENTS);
}

function studentsOf(option: string, megabytes: string): number {
  const most = Math.floor((MAX_STUDENTS * TABLE_BYTES_PER_STUDENT) / 1e6);
  return Math.ceil((whole(option, megabytes, most) * 1e6) / TABLE_BYTES_PER_STUDENT);
}

function whole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most) {
    throw new UsageError(`${option} is a whole number from 1 to ${most}, and "${text}" is not.`);
  }
  return value;
}

function toContender(text: string): ContenderId {
  const contender = CONTENDERS.find(known => known === text);
  if (contender === undefined) {
    throw new UsageError(`--without knows ${CONTENDERS.join(', ')}, and not "${text}".`);
  }
  return contender;
}

function toPart(text: string): Part {
  const part = PARTS.find(known => known === text);
  if (part === undefined) throw new UsageError(`--only knows ${PARTS.join(', ')}, and not "${text}".`);
  return part;
}

function toServerSource(text: string): ServerSource {
  const source = SERVER_SOURCES.find(known => known === text);
  if (source === undefined) {
    throw new UsageError(`--server knows ${SERVER_SOURCES.join(', ')}, and not "${text}".`);
  }
  return source;
}
