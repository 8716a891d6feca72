import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestDatabase, execute, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asObject, Sandbox } from './sandbox.js';

let database: TestDatabase;
let sandbox: Sandbox;
let server: Server;
let received: { readonly path: string; readonly body: string }[];
let status = 200;
let env: Record<string, string>;

const PATH = '/services/T0/B0/token-of-a-test';

beforeAll(async () => {
  received = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body });
      response.writeHead(status).end('ok');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  env = { ALARM_SLACK_URL: `${origin}${PATH}`, HEARTBEAT_URL: `${origin}/beat` };
  database = await createTestDatabase(newestTestServer());
  await execute(database.url, `CREATE TABLE pupil (id int PRIMARY KEY); INSERT INTO pupil VALUES (1)`);
  sandbox = await Sandbox.make(database.url);
});

beforeEach(() => {
  received = [];
  status = 200;
});

afterAll(async () => {
  await sandbox.remove();
  await database.drop();
  await new Promise<void>(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

const paths = () => received.map(({ path }) => path).sort();

describe('a backup at a shell', () => {
  it('that fails is told before the command ends, and that the next one is good', async () => {
    // A file where the folder should be.
    const failing = await sandbox.runProgram(['create'], {
      env: { ...env, BACKUP_DIR: '/dev/null/backups' },
    });
    expect(failing.code).not.toBe(0);
    expect(paths()).toEqual(['/beat/fail', PATH]);
    expect(received.find(({ path }) => path === PATH)?.body).toContain('Alarm: The backup \\"full\\" failed');

    received = [];
    const good = await sandbox.runProgram(['create'], { env });
    expect(good).toMatchObject({ code: 0 });
    expect(paths()).toEqual(['/beat', PATH]);
    expect(received.find(({ path }) => path === PATH)?.body).toContain('Well again');

    const { document } = await sandbox.json(['alarms', 'list']);
    expect(asObject(document['data'])).toMatchObject({
      total: 1,
      alarms: [
        {
          kind: 'backup_failed',
          subject: 'full',
          deliveries: [
            { channel: 'slack', event: 'raised', state: 'delivered' },
            { channel: 'slack', event: 'resolved', state: 'delivered' },
          ],
        },
      ],
    });
  });

  it('that fails because the database is away is told all the same', async () => {
    const away = { ...env, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nowhere' };
    const { code, stderr } = await sandbox.run(['create'], { env: away });
    expect(code).toBe(16);
    expect(paths()).toEqual(['/beat/fail', PATH]);
    expect(stderr).not.toContain('token-of-a-test');
  });

  it('ends as it would have where nobody takes messages', async () => {
    const deaf = { ALARM_SLACK_URL: `http://127.0.0.1:1${PATH}`, HEARTBEAT_URL: 'http://127.0.0.1:1/beat' };
    const { code, stderr } = await sandbox.runProgram(['create'], { env: deaf });
    expect(code).toBe(0);
    expect(stderr).toContain('The heartbeat did not get through.');
    expect(stderr).not.toContain('token-of-a-test');
  });
});

describe('alarms test', () => {
  it('says whether a message arrived', async () => {
    const { code, stdout } = await sandbox.runProgram(['alarms', 'test'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/The test has arrived everywhere\.\n {2}slack to 127\.0\.0\.1:\d+: arrived/);
    expect(paths()).toEqual([PATH]);
  });

  it('ends with 16 where it did not, without telling the address', async () => {
    status = 403;
    const { code, stdout, stderr } = await sandbox.run(['alarms', 'test'], { env });
    expect(code).toBe(16);
    expect(stdout).toContain('HTTP 403');
    expect(stdout + stderr).not.toContain('token-of-a-test');
  });

  it('says so where nothing is set up', async () => {
    const { code, stderr } = await sandbox.run(['alarms', 'test']);
    expect(code).toBe(11);
    expect(stderr).toContain('No way to send alarms is set up.');
  });
});

it('lists for people', async () => {
  const { stdout } = await sandbox.runProgram(['alarms', 'list', '--kind=backup_failed']);
  expect(stdout).toMatch(/1 alarm:\n[\s\S]*over +The backup "full" failed +slack delivered/);
});
