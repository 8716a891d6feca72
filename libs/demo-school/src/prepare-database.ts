import pg from 'pg';

/** Any number that nothing else locks on: "school" on a telephone's keys. */
const LOCK = 724665;

/**
 * Makes a database and fills it, once, however many processes ask for it at the same time. It gets its name only when it
 * is complete, so one that a crash left half filled is thrown away and made again.
 *
 * @param serverUrl superuser's URL of another database of the server, which waits for the lock
 * @param fill      gets the unfinished database's URL
 * @returns whether it was made by this call
 */
export async function prepareDatabase(
  serverUrl: string,
  name: string,
  fill: (url: string) => Promise<void>,
): Promise<boolean> {
  const client = new pg.Client({ connectionString: serverUrl, application_name: 'satchel demo school' });
  await client.connect();
  try {
    if (await exists(client, name)) return false;
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    if (await exists(client, name)) return false;
    const unfinished = `${name} (unfinished)`;
    const quoted = pg.escapeIdentifier(unfinished);
    await client.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${quoted} TEMPLATE template0`);
    await fill(databaseUrl(serverUrl, unfinished));
    await client.query(`ALTER DATABASE ${quoted} RENAME TO ${pg.escapeIdentifier(name)}`);
    return true;
  } finally {
    // The lock ends with the connection, also if this process is killed.
    await client.end();
  }
}

/** The same server's URL for another of its databases. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return rows.length > 0;
}
