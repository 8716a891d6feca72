import type { RowBatch, Scope, Slice, SourceSession } from '@satchel/domain';
import { parseConnectionString } from '../../connection/index.js';
import { PostgresSource, type SourceMachine } from '../postgres-source.js';

/** What a session gave: its relations, and each one's rows as the archive's lines. */
export interface SessionRows {
  readonly session: SourceSession;
  /** By `schema.name`; rows in the order in which they came. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

/** A scope of tables that stand in a test. */
export function scopeOf(...include: string[]): Scope {
  return { name: 'test', title: 'Test', include, exclude: [] };
}

/** A source on a machine that has processors enough for all connections that tests ask for, unless another is said. */
export function sourceOf(url: string, machine: SourceMachine = {}): PostgresSource {
  return new PostgresSource(parseConnectionString(url, {}), {}, { processors: 16, ...machine });
}

/** Reads all that a scope has, over `jobs` connections at the same time. */
export async function readAll(url: string, scope: Scope = scopeOf('*'), jobs = 1): Promise<SessionRows> {
  const session = await sourceOf(url).open(scope, { jobs });
  try {
    return { session, lines: await readLines(session, jobs) };
  } finally {
    await session.close();
  }
}

export async function readLines(
  session: SourceSession,
  jobs = 1,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lines = new Map(
    session.relations.map(({ schema, name }) => [`${schema}.${name}`, new Array<string>()]),
  );
  const queue = (await session.slices()).values();
  const readSome = async (): Promise<void> => {
    for (const slice of queue) {
      const relation = session.relations[slice.relation];
      lines.get(`${relation?.schema}.${relation?.name}`)?.push(...(await linesOf(session.copyOut(slice))));
    }
  };
  await Promise.all(Array.from({ length: jobs }, readSome));
  return lines;
}

export async function linesOf(batches: AsyncIterable<RowBatch>): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of batches) {
    const found = Buffer.from(batch.bytes).toString().split('\n').slice(0, -1);
    if (found.length !== batch.rows)
      throw new Error(`${found.length} lines in a batch of ${batch.rows} rows`);
    lines.push(...found);
  }
  return lines;
}

/** The slice of the relation of that name; a table of a test has one. */
export async function sliceOf(session: SourceSession, name: string): Promise<Slice> {
  const slice = (await session.slices()).find(one => session.relations[one.relation]?.name === name);
  if (slice === undefined) throw new Error(`no slice of ${name}`);
  return slice;
}
