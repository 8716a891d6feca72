import { Secret } from '@satchel/domain';

/** The advisory lock of whoever claims the school; any number that nothing else locks on: "tour" on a telephone's keys. */
const CLAIM = 8687;

/** The embedded demo school, for whoever wants to look at it and change it. */
export interface DemoSchool {
  readonly url: Secret<string>;
  /** Runs statements on a connection of their own. @returns the rows of the last one, values as PostgreSQL prints them */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Has the school alone among those who claim it, until `close` or the end of this process. @returns whether it does */
  claim(): Promise<boolean>;
  /** Gives the server back; the last one who does stops it. */
  close(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL with the demo school, or joins those who use it.
 *
 * @param homeDir absolute; `SATCHEL_HOME`
 * @throws BackupError `unavailable` if it cannot be started, with what to do
 */
export async function openDemoSchool(homeDir: string, notice: (line: string) => void): Promise<DemoSchool> {
  const { startEmbeddedPostgres } = await import('@satchel/demo-school');
  const { connect, parseConnectionString } = await import('@satchel/postgres');
  const server = await startEmbeddedPostgres({ dataFolder: homeDir, onNotice: notice });
  const open = () => connect(parseConnectionString(server.url, {}), { applicationName: 'satchel tour' });
  let claiming: Awaited<ReturnType<typeof open>> | undefined;
  return {
    url: new Secret(server.url),
    claim: async () => {
      claiming ??= await open();
      const { rows } = await claiming.query<{ alone: string }>(
        `SELECT pg_try_advisory_lock(${CLAIM})::text AS alone`,
      );
      return rows[0]?.alone === 'true';
    },
    query: async sql => {
      const client = await open();
      try {
        // Our own connections look nowhere by default, so that no name can be taken for another.
        await client.query('SET search_path = public');
        // Several statements give a list of results, which the driver's types do not say.
        const results = [await client.query<Record<string, unknown>>(sql)].flat();
        return results.at(-1)?.rows ?? [];
      } finally {
        await client.end();
      }
    },
    close: async () => {
      await claiming?.end();
      await server.stop();
    },
  };
}
