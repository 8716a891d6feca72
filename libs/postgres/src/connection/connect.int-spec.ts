import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupError } from '@satchel/domain';
import { createTestDatabase, newestTestServer, testServers, type TestDatabase } from '@satchel/testing';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, type ConnectOptions } from './connect.js';
import { parseConnectionString } from './connection-settings.js';
import { formatConninfo } from './parse-conninfo.js';
import { fromPostgresError } from './postgres-error.js';
import { TestAuthority } from './testing/certificate.js';
import { startFrontServer, type FrontOptions, type FrontServer } from './testing/front-server.js';

const folder = mkdtempSync(join(tmpdir(), 'satchel-connect-'));
const rootFile = join(folder, 'root.crt');
const otherRootFile = join(folder, 'other.crt');
const authority = new TestAuthority('Test authority');
const forLocalhost = authority.issue('localhost');

let database: TestDatabase;
const clients: pg.Client[] = [];
const fronts: FrontServer[] = [];

beforeAll(async () => {
  writeFileSync(rootFile, authority.certificate);
  writeFileSync(otherRootFile, new TestAuthority('Another authority').certificate);
  database = await createTestDatabase(newestTestServer());
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map(client => client.end()));
  await Promise.all(fronts.splice(0).map(front => front.close()));
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

async function open(conninfo: string, options: Partial<ConnectOptions> = {}): Promise<pg.Client> {
  const settings = parseConnectionString(conninfo, { HOME: folder });
  const client = await connect(settings, { applicationName: 'satchel test', ...options });
  clients.push(client);
  return client;
}

async function valueOf(client: pg.Client, expression: string): Promise<unknown> {
  const result = await client.query<{ value: unknown }>(`SELECT ${expression} AS value`);
  return result.rows[0]?.value;
}

async function failure(attempt: Promise<unknown>): Promise<BackupError> {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BackupError)) throw new Error(`no BackupError but ${String(error)}`);
  return error;
}

function front(options: Partial<FrontOptions> = {}): Promise<FrontServer> {
  const url = new URL(database.url);
  return startFrontServer({ target: { host: url.hostname, port: Number(url.port) }, ...options }).then(
    started => {
      fronts.push(started);
      return started;
    },
  );
}

/** The test database's URL with more parameters, percent-encoded as in a query. */
function withParameters(query: string): string {
  return `${database.url}${database.url.includes('?') ? '&' : '?'}${query}`;
}

/** The test database by another way in. */
function through(host: string, port: number, more: Record<string, string> = {}): string {
  const url = new URL(database.url);
  const values = {
    host,
    port: String(port),
    dbname: database.name,
    user: url.username,
    password: url.password,
  };
  return formatConninfo(Object.entries({ ...values, ...more }));
}

describe.each(testServers())('a session on PostgreSQL $major', server => {
  it('has the text form of the archive format, whatever the role says', async () => {
    const own = await createTestDatabase(server);
    try {
      const owner = await open(await own.giveToPlainRole());
      for (const [name, value] of [
        ['DateStyle', "'German'"],
        ['TimeZone', "'Asia/Kolkata'"],
        ['IntervalStyle', "'iso_8601'"],
        ['bytea_output', "'escape'"],
        ['extra_float_digits', '-10'],
        ['search_path', 'public'],
        ['statement_timeout', "'1h'"],
        ['lock_timeout', "'1h'"],
        ['idle_in_transaction_session_timeout', "'1h'"],
        ['default_transaction_read_only', 'on'],
        ['standard_conforming_strings', 'off'],
        ['jit', 'on'],
      ]) {
        await owner.query(`ALTER ROLE CURRENT_USER SET ${name ?? ''} = ${value ?? ''}`);
      }
      const client = await open(await own.giveToPlainRole());
      expect(await valueOf(client, `timestamptz '2025-09-27 12:00:00+02'::text`)).toBe(
        '2025-09-27 10:00:00+00',
      );
      expect(await valueOf(client, `interval '1 day 2 hours'::text`)).toBe('1 day 02:00:00');
      expect(await valueOf(client, String.raw`'\xff'::bytea::text`)).toBe(String.raw`\xff`);
      expect(await valueOf(client, '(0.1::float8 + 0.2::float8)::text')).toBe('0.30000000000000004');
      expect(await valueOf(client, `current_setting('search_path')`)).toBe('');
      expect(await valueOf(client, `current_setting('row_security')`)).toBe('off');
      expect(await valueOf(client, `current_setting('jit')`)).toBe('off');
      for (const name of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) {
        expect(await valueOf(client, `current_setting('${name}')`)).toBe('0');
      }
      expect(await valueOf(client, `current_setting('client_encoding')`)).toBe('UTF8');
      await client.query('CREATE TABLE public.t ()');
    } finally {
      await Promise.all(clients.splice(0).map(client => client.end()));
      await own.drop();
    }
  });

  it('cancels the statement that runs when the signal is raised, and lives on', async () => {
    const aborter = new AbortController();
    const own = await createTestDatabase(server);
    try {
      const client = await open(own.url, { signal: aborter.signal });
      const watcher = await open(own.url);
      const pid = await valueOf(client, 'pg_backend_pid()');
      const statement = client.query('SELECT pg_sleep(600)').catch((error: unknown) => error);
      await expect
        .poll(() => valueOf(watcher, `(SELECT state FROM pg_stat_activity WHERE pid = ${String(pid)})`))
        .toBe('active');
      aborter.abort();
      expect(fromPostgresError(await statement)).toMatchObject({
        kind: 'cancelled',
        context: { sqlState: '57014' },
      });
      expect(await valueOf(client, '1')).toBe(1);
    } finally {
      await Promise.all(clients.splice(0).map(client => client.end()));
      await own.drop();
    }
  });
});

describe('a session', () => {
  it('cannot write where it is asked to be read-only', async () => {
    const client = await open(database.url, { readOnly: true });
    const error = await client.query('CREATE TABLE public.t ()').catch((thrown: unknown) => thrown);
    expect(fromPostgresError(error)).toMatchObject({ context: { sqlState: '25006' } });
  });

  it('gives its name, and takes options', async () => {
    expect(await valueOf(await open(database.url), `current_setting('application_name')`)).toBe(
      'satchel test',
    );
    const named = await open(withParameters('application_name=mine&options=-c%20work_mem%3D7MB'));
    expect(await valueOf(named, `current_setting('application_name')`)).toBe('mine');
    expect(await valueOf(named, `current_setting('work_mem')`)).toBe('7MB');
  });

  it('ends as unavailable, without harm to the process, when the server ends it', async () => {
    const client = await open(database.url);
    const other = await open(database.url);
    const ended = new Promise<void>(resolve => client.once('end', resolve));
    const pid = await valueOf(client, 'pg_backend_pid()');
    await other.query('SELECT pg_terminate_backend($1)', [pid]);
    await ended;
    const error = await client.query('SELECT 1').catch((thrown: unknown) => thrown);
    expect(fromPostgresError(error)).toMatchObject({ kind: 'unavailable' });
  });

  it('ends as unavailable when the line is cut in the middle of a statement', async () => {
    const way = await front();
    const client = await open(through('127.0.0.1', way.port));
    const statement = client.query('SELECT pg_sleep(600)').catch((thrown: unknown) => thrown);
    way.cut();
    expect(fromPostgresError(await statement)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('a wrong setting', () => {
  it('is a wrong password, and the message does not show it', async () => {
    const error = await failure(
      open(through('127.0.0.1', Number(new URL(database.url).port), { password: 'hunter2' })),
    );
    expect(error).toMatchObject({ kind: 'validation_error', context: { sqlState: '28P01' } });
    expect(JSON.stringify([error.message, error.context])).not.toContain('hunter2');
  });

  it('is a password that is needed and missing', async () => {
    const url = new URL(database.url);
    url.password = '';
    const error = await failure(open(url.href));
    expect(error.kind).toBe('validation_error');
    expect(error.message).toContain('asks for a password');
  });

  it('is a database that does not exist', async () => {
    const port = Number(new URL(database.url).port);
    const error = await failure(open(through('127.0.0.1', port, { dbname: 'no such database' })));
    expect(error).toMatchObject({ kind: 'validation_error', context: { sqlState: '3D000' } });
  });

  it('is a way to log in that is not allowed, and no password is sent', async () => {
    const error = await failure(open(withParameters('require_auth=none')));
    expect(error).toMatchObject({ kind: 'validation_error', context: { setting: 'require_auth' } });
  });

  it('is channel binding where the server cannot do it', async () => {
    const error = await failure(open(withParameters('channel_binding=require')));
    expect(error).toMatchObject({ kind: 'validation_error', context: { setting: 'channel_binding' } });
  });
});

describe('a server out of reach', () => {
  async function closedPort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    await new Promise(resolve => server.close(resolve));
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  it('is unavailable', async () => {
    const port = await closedPort();
    const error = await failure(open(through('127.0.0.1', port)));
    expect(error).toMatchObject({ kind: 'unavailable', context: { host: '127.0.0.1', port } });
  });

  it('is passed over for the next one', async () => {
    const port = await closedPort();
    const own = new URL(database.url).port;
    const client = await open(through('127.0.0.1,127.0.0.1', port, { port: `${port},${own}` }));
    expect(await valueOf(client, 'current_database()')).toBe(database.name);
  });

  /** Accepts connections and never says a word. */
  async function silentServer(): Promise<{
    port: number;
    connected: Promise<unknown>;
    close: () => Promise<void>;
  }> {
    const server = createServer(socket => socket.on('error', () => undefined).resume()).listen(
      0,
      '127.0.0.1',
    );
    const connected = once(server, 'connection');
    await once(server, 'listening');
    const address = server.address();
    return {
      port: typeof address === 'object' ? (address?.port ?? 0) : 0,
      connected,
      close: () => new Promise(resolve => server.close(() => resolve())),
    };
  }

  it('is unavailable when it says nothing', async () => {
    const silent = await silentServer();
    const error = await failure(open(through('127.0.0.1', silent.port, { connect_timeout: '1' })));
    expect(error.kind).toBe('unavailable');
    await silent.close();
  });

  it('is given up when the signal is raised', async () => {
    const silent = await silentServer();
    const aborter = new AbortController();
    const attempt = failure(open(through('127.0.0.1', silent.port), { signal: aborter.signal }));
    await silent.connected;
    aborter.abort();
    expect((await attempt).kind).toBe('cancelled');
    await silent.close();
  });
});

describe('target_session_attrs', () => {
  it.each(['any', 'read-write', 'primary', 'prefer-standby'])(
    '%s is content with a primary',
    async wanted => {
      const client = await open(withParameters(`target_session_attrs=${wanted}`));
      expect(await valueOf(client, '1')).toBe(1);
    },
  );

  it.each(['standby', 'read-only'])('%s is not', async wanted => {
    const error = await failure(open(withParameters(`target_session_attrs=${wanted}`)));
    expect(error).toMatchObject({ kind: 'unavailable', context: { setting: 'target_session_attrs' } });
  });
});

describe('a Unix socket', () => {
  it('is used without TLS, whatever sslmode says', async () => {
    const way = await front({ path: join(folder, '.s.PGSQL.6543') });
    const client = await open(through(folder, 6543, { sslmode: 'require' }));
    expect(await valueOf(client, 'current_database()')).toBe(database.name);
    expect(way.counts).toMatchObject({ tls: 0, plain: 1 });
  });

  it('is named with the advice where there is none', async () => {
    const error = await failure(open(through(folder, 6544)));
    expect(error).toMatchObject({ kind: 'unavailable', context: { host: folder } });
  });
});

describe('TLS', () => {
  type Case = [mode: string, counts: { tls: number; plain: number }];

  it.each<Case>([
    ['disable', { tls: 0, plain: 1 }],
    ['allow', { tls: 0, plain: 1 }],
    ['prefer', { tls: 1, plain: 0 }],
    ['require', { tls: 1, plain: 0 }],
  ])('%s, on a server that offers it', async (sslmode, counts) => {
    const way = await front({ certificate: forLocalhost });
    const client = await open(through('127.0.0.1', way.port, { sslmode }));
    expect(await valueOf(client, '1')).toBe(1);
    expect(way.counts).toMatchObject(counts);
  });

  it.each(['allow', 'prefer'])('%s does without, on a server that does not offer it', async sslmode => {
    const way = await front();
    const client = await open(through('127.0.0.1', way.port, { sslmode }));
    expect(await valueOf(client, '1')).toBe(1);
  });

  it('allow turns to it where the server asks for it', async () => {
    const way = await front({ certificate: forLocalhost, refusePlain: true });
    const client = await open(through('127.0.0.1', way.port, { sslmode: 'allow' }));
    expect(await valueOf(client, '1')).toBe(1);
    expect(way.counts).toMatchObject({ tls: 1, plain: 1 });
  });

  it('prefer says what the server said to the better of two tries', async () => {
    const way = await front({ certificate: forLocalhost, refusePlain: true });
    const error = await failure(open(through('127.0.0.1', way.port, { password: 'wrong' })));
    expect(error.context).toMatchObject({ sqlState: '28P01' });
  });

  it('require refuses a server that does not offer it', async () => {
    const way = await front();
    const error = await failure(open(through('127.0.0.1', way.port, { sslmode: 'require' })));
    expect(error).toMatchObject({ kind: 'validation_error', context: { setting: 'sslmode' } });
    expect(error.message).toContain('does not offer TLS');
  });

  it.each(['verify-ca', 'verify-full'])('%s accepts the right server', async sslmode => {
    const way = await front({ certificate: forLocalhost });
    const client = await open(
      through('localhost', way.port, { sslmode, sslrootcert: rootFile, hostaddr: '127.0.0.1' }),
    );
    expect(await valueOf(client, '1')).toBe(1);
    expect(way.serverNames).toEqual(['localhost']);
  });

  it.each(['require', 'verify-ca', 'verify-full'])('%s refuses another authority', async sslmode => {
    const way = await front({ certificate: forLocalhost });
    const error = await failure(
      open(through('localhost', way.port, { sslmode, sslrootcert: otherRootFile })),
    );
    expect(error).toMatchObject({ kind: 'validation_error', context: { setting: 'sslmode' } });
  });

  it('only verify-full minds the name', async () => {
    const way = await front({ certificate: authority.issue('elsewhere.example') });
    const values = { sslrootcert: rootFile, hostaddr: '127.0.0.1' };
    const client = await open(through('localhost', way.port, { ...values, sslmode: 'verify-ca' }));
    expect(await valueOf(client, '1')).toBe(1);
    const error = await failure(open(through('localhost', way.port, { ...values, sslmode: 'verify-full' })));
    expect(error.kind).toBe('validation_error');
    expect(error.message).toContain('elsewhere.example');
  });

  it('verify-full trusts no unknown authority where it asks the system', async () => {
    const way = await front({ certificate: forLocalhost });
    const error = await failure(open(through('localhost', way.port, { sslrootcert: 'system' })));
    expect(error.kind).toBe('validation_error');
  });

  it('wants the root file for verify-ca', async () => {
    const error = await failure(open(through('localhost', 1, { sslmode: 'verify-ca' })));
    expect(error).toMatchObject({ kind: 'validation_error', context: { setting: 'sslrootcert' } });
  });

  it('sends no name where sslsni=0', async () => {
    const way = await front({ certificate: forLocalhost });
    await open(through('localhost', way.port, { sslmode: 'require', sslsni: '0', hostaddr: '127.0.0.1' }));
    expect(way.serverNames).not.toContain('localhost');
  });

  it('carries the request to cancel, too', async () => {
    const way = await front({ certificate: forLocalhost });
    const aborter = new AbortController();
    const conninfo = through('127.0.0.1', way.port, { sslmode: 'require' });
    const client = await open(conninfo, { signal: aborter.signal });
    const statement = client.query('SELECT pg_sleep(600)').catch((thrown: unknown) => thrown);
    aborter.abort();
    expect(fromPostgresError(await statement)).toMatchObject({ context: { sqlState: '57014' } });
    expect(way.counts.plain).toBe(0);
    expect(way.counts.cancel).toBeGreaterThan(0);
  });
});
