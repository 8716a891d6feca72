import { parseArgs } from 'node:util';

export const PARTS = ['history', 'backup', 'uploads'] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly parts: ReadonlySet<Part>;
  /** Records in the catalog whose history is asked for. */
  readonly records: number;
  readonly clients: number;
  /** How long the history is asked for, in seconds. */
  readonly seconds: number;
  /** Mean pause of a client between an answer and its next question, in milliseconds. */
  readonly pauseMs: number;
  /** Megabytes of tables in the school that is backed up meanwhile. */
  readonly sizeMb: number;
  readonly uploads: number;
  /** Where the server leaves a CPU profile when it ends; null for none. */
  readonly profile: string | null;
}

/** A mistake in the options. */
export class UsageError extends Error {}

export const HELP = `Loads a server of its own, on this machine alone, and says how it holds up.

  npm run bench:api -- [options]

  --only=PART,…    of ${PARTS.join(', ')}; default all
  --records=N      jobs in the catalog; default 100000
  --clients=N      clients at the same time; default 50
  --seconds=N      how long they ask; default 10
  --pause=MS       a client's mean pause before its next question; default 100, 0 for none
  --size=MB        tables of the school that is backed up while the status is asked for; default 1000
  --uploads=N      hostile files sent in a row; default 200
  --profile=DIR    have the server write a CPU profile into this folder, which costs some speed
`;

/** Bounds, so that a slip of the finger does not load a machine for hours. */
const MOST = {
  records: 1_000_000,
  clients: 500,
  seconds: 120,
  pause: 60_000,
  size: 20_000,
  uploads: 10_000,
} as const;

/**
 * @returns null if help is asked for
 * @throws UsageError for an option that is unknown or has a value that it cannot have
 */
export function readOptions(args: readonly string[]): Options | null {
  const values = parse(args);
  if (values.help === true) return null;
  const whole = (name: keyof typeof MOST, byDefault: number, least = 1): number => {
    const text = values[name] ?? String(byDefault);
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= MOST[name]) return value;
    throw new UsageError(`--${name} is a whole number from ${least} to ${MOST[name]}, and "${text}" is not.`);
  };
  return {
    parts: new Set(values.only === undefined ? PARTS : values.only.split(',').map(toPart)),
    records: whole('records', 100_000),
    clients: whole('clients', 50),
    seconds: whole('seconds', 10),
    pauseMs: whole('pause', 100, 0),
    sizeMb: whole('size', 1000),
    uploads: whole('uploads', 200),
    profile: values.profile ?? null,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: text,
        records: text,
        clients: text,
        seconds: text,
        pause: text,
        size: text,
        uploads: text,
        profile: text,
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function toPart(text: string): Part {
  const part = PARTS.find(known => known === text);
  if (part === undefined) throw new UsageError(`--only knows ${PARTS.join(', ')}, and not "${text}".`);
  return part;
}
