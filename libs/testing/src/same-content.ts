import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}

const TABLES = `
SELECT n.nspname AS schema, c.relname AS name,
       array_agg(a.attname ORDER BY a.attname)::text[] AS columns
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> ALL ($1)
GROUP BY 1, 2 ORDER BY 1, 2`;

/**
 * Compares the rows of every table and materialised view of two databases, on one server or two, as multisets. A row is
 * compared as the text PostgreSQL prints of its values, which also holds types without equality (`json`, `point`) and
 * sees what equality would not: 1.0 against 1.00. Partitions are compared one by one.
 *
 * @param options.ignoredSchemas left out; by default that of Satchel's own catalog
 * @returns one line for each table that differs or that one side lacks; empty if the content is the same
 */
export async function sameContent(
  urlA: string,
  urlB: string,
  { ignoredSchemas = ['satchel'] }: { ignoredSchemas?: readonly string[] } = {},
): Promise<string[]> {
  const a = new pg.Client({ connectionString: urlA });
  const b = new pg.Client({ connectionString: urlB });
  await a.connect();
  try {
    await b.connect();
    const tablesA = await tablesOf(a, ignoredSchemas);
    const tablesB = await tablesOf(b, ignoredSchemas);
    const labels = [...new Set([...tablesA.keys(), ...tablesB.keys()])].sort();
    const both = labels.filter(label => haveSameColumns(tablesA.get(label), tablesB.get(label)));
    const [sumsA, sumsB] = await Promise.all([sumsOf(a, both, tablesA), sumsOf(b, both, tablesB)]);
    const differences: string[] = [];
    for (const label of labels) {
      const sum = sumsA.get(label);
      if (sum !== undefined && sum === sumsB.get(label)) continue;
      const difference = await compareTable(a, b, tablesA.get(label), tablesB.get(label));
      if (difference !== null) differences.push(`${label}: ${difference}`);
    }
    return differences;
  } finally {
    await Promise.all([a.end(), b.end()]);
  }
}

async function tablesOf(client: pg.Client, ignoredSchemas: readonly string[]): Promise<Map<string, Table>> {
  const { rows } = await client.query<{ schema: string; name: string; columns: string[] }>(TABLES, [
    [...ignoredSchemas],
  ]);
  return new Map(rows.map(row => [`${row.schema}.${row.name}`, row]));
}

function haveSameColumns(tableA: Table | undefined, tableB: Table | undefined): boolean {
  return tableA?.columns.join('\0') === tableB?.columns.join('\0');
}

/** A row as one text: nulls, empty strings and commas stay apart. */
function lineOf({ columns }: Table): string {
  return `ROW(${columns.map(column => `${pg.escapeIdentifier(column)}::text`).join(', ')})::text`;
}

function quoted({ schema, name }: Table): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}

/** Number of rows and sum of their hashes, for many tables in one answer: most are the same, and are done with by that. */
async function sumsOf(
  client: pg.Client,
  labels: readonly string[],
  tables: ReadonlyMap<string, Table>,
): Promise<Map<string, string>> {
  const selects = labels.flatMap((label, index) => {
    const table = tables.get(label);
    if (table === undefined) return [];
    return [
      `SELECT ${index} AS index, count(*) || ' ' || coalesce(sum(hashtextextended(${lineOf(table)}, 0)), 0) AS sum FROM ${quoted(table)}`,
    ];
  });
  if (selects.length === 0) return new Map();
  const { rows } = await client.query<{ index: number; sum: string }>(selects.join('\nUNION ALL\n'));
  return new Map(rows.map(row => [labels[row.index] ?? '', row.sum]));
}

async function compareTable(
  a: pg.Client,
  b: pg.Client,
  tableA: Table | undefined,
  tableB: Table | undefined,
): Promise<string | null> {
  if (!tableA || !tableB) return `only in the ${tableA ? 'first' : 'second'} database`;
  if (!haveSameColumns(tableA, tableB)) return 'its columns differ';
  const lines = `SELECT ${lineOf(tableA)} AS line FROM ${quoted(tableA)}`;
  const others = 'SELECT line FROM pg_temp."other side"';
  await b.query('CREATE TEMP TABLE "other side" (line text)');
  try {
    await pipeline(
      a.query(copyTo(`COPY (${lines}) TO STDOUT`)),
      b.query(copyFrom('COPY pg_temp."other side" FROM STDIN')),
    );
    const { rows } = await b.query<{ onlyA: string; onlyB: string }>(
      `SELECT (SELECT count(*) FROM (${others} EXCEPT ALL ${lines}) x) AS "onlyA",
              (SELECT count(*) FROM (${lines} EXCEPT ALL ${others}) x) AS "onlyB"`,
    );
    const [{ onlyA, onlyB } = { onlyA: '0', onlyB: '0' }] = rows;
    if (onlyA === '0' && onlyB === '0') return null;
    return `${onlyA} rows only in the first, ${onlyB} only in the second database`;
  } finally {
    await b.query('DROP TABLE pg_temp."other side"');
  }
}
