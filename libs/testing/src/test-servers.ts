import { inject } from 'vitest';

/** A PostgreSQL server that lives as long as the test run; its data are lost with it. */
export interface TestServer {
  readonly major: number;
  /** Superuser's URL of the database `postgres`. The server asks for the password, so a wrong one is refused. */
  readonly url: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresServers: readonly TestServer[];
  }
}

/**
 * The servers that this run's `globalSetup` has started: the newest supported major first.
 * Use it with `describe.each(testServers())`.
 */
export function testServers(): readonly TestServer[] {
  return inject('postgresServers');
}

/** The server of the newest major, for tests that one server is enough for. */
export function newestTestServer(): TestServer {
  const [newest] = testServers();
  if (!newest) throw new Error('no test server was started');
  return newest;
}
