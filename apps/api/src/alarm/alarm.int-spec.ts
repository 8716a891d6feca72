import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac } from 'node:crypto';
import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import { RaiseAlarms } from '@satchel/use-cases';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pageOf } from '../http/page.dto.js';
import { SYSTEM_STATUS } from '../system/status.dto.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { tokenOfNewUser } from '../testing/test-user.js';
import { runJob } from '../testing/wait-for-job.js';
import { ALARM, ALARM_CHANNEL_LIST, ALARM_TEST } from './alarm.dto.js';

const SECRET = 'the secret of a test webhook';
const PATH = '/hook-of-a-test';

interface Received {
  readonly path: string;
  readonly signature: string;
  readonly body: string;
}

let database: TestDatabase;
let api: TestApi;
let server: Server;
let received: Received[];
let status = 200;

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const signature = String(request.headers['x-satchel-signature'] ?? '');
  received.push({ path: request.url ?? '', signature, body: Buffer.concat(chunks).toString() });
  response.writeHead(status).end();
}

beforeAll(async () => {
  received = [];
  server = createServer((request, response) => void take(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  database = await createTestDatabase(newestTestServer(), { template: 'school' });
  api = await startTestApi({
    env: {
      DATABASE_URL: database.url,
      ALARM_WEBHOOK_URL: `${origin}${PATH}`,
      ALARM_WEBHOOK_SECRET: SECRET,
      HEARTBEAT_URL: `${origin}/heartbeat`,
      PUBLIC_URL: 'https://satchel.example',
    },
  });
});

beforeEach(() => {
  received = [];
  status = 200;
});

afterAll(async () => {
  await api.close();
  await database.drop();
  await new Promise<void>(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

async function list(query = '') {
  const { json } = await api.call('GET', `/backup/api/alarms/?${query}`);
  return pageOf(ALARM).parse(json['data']);
}

const webhooks = () => received.filter(({ path }) => path === PATH);

describe('alarms', () => {
  it('are tested by a button, with a message that is signed', async () => {
    const answer = await api.call('POST', '/backup/api/alarms/test/');
    expect(answer.status).toBe(200);
    expect(ALARM_TEST.parse(answer.json['data'])).toMatchObject([{ channel: 'webhook', delivered: true }]);
    const [message] = webhooks();
    const [, seconds = '', mac = ''] = /^t=(\d+),v1=(\w+)$/.exec(message?.signature ?? '') ?? [];
    expect(mac).toBe(createHmac('sha256', SECRET).update(`${seconds}.${message?.body}`).digest('hex'));
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ event: 'test', alarm: null });
    const audit = await api.call('GET', '/backup/api/audit/?action=alarm.test');
    expect(audit.json['data']).toMatchObject({ total: 1 });
  });

  it('say where they go and what became of it, without a secret', async () => {
    status = 404;
    const answer = await api.call('POST', '/backup/api/alarms/test/');
    expect(ALARM_TEST.parse(answer.json['data'])).toMatchObject([
      { delivered: false, problem: expect.stringContaining('HTTP 404') },
    ]);
    const channels = await api.call('GET', '/backup/api/alarms/channels/');
    expect(ALARM_CHANNEL_LIST.parse(channels.json['data'])).toMatchObject([
      { channel: 'webhook', last_problem: expect.stringContaining('ALARM_WEBHOOK_URL') },
    ]);
    expect(answer.text + channels.text).not.toMatch(/hook-of-a-test|secret of a test/);
  });

  it('are sent by the server itself, shown, counted, acknowledged and ended', async () => {
    const cause = {
      kind: 'copy_failed',
      subject: 'attic',
      facts: { file: '<b>.json', error: 'unavailable' },
    } as const;
    const raise = api.app.get(RaiseAlarms, { strict: false });
    await raise.raise(cause);
    expect((await list('language=hi')).items[0]?.title).toMatch(/\p{Script=Devanagari}/u);
    expect((await list()).items[0]?.title).not.toMatch(/\p{Script=Devanagari}/u);
    await expect.poll(() => webhooks().length, { timeout: 30_000 }).toBe(1);
    await expect
      .poll(async () => (await list('state=open')).items[0]?.deliveries[0]?.state, { timeout: 10_000 })
      .toBe('delivered');
    const [alarm] = (await list('state=open&kind=copy_failed')).items;
    expect(alarm).toMatchObject({
      title: 'A backup could not be copied to "attic"',
      open: true,
      facts: { file: '<b>.json', error: 'unavailable' },
      deliveries: [{ channel: 'webhook', event: 'raised', state: 'delivered', next_attempt_at: null }],
    });
    await expect
      .poll(async () => (await api.call('GET', '/metrics', { token: null })).text, { timeout: 15_000 })
      .toMatch(/satchel_alarms_open\{kind="copy_failed"\} 1\n/);
    const { text } = await api.call('GET', '/metrics', { token: null });
    expect(text).toMatch(/satchel_alarms_open\{kind="drill_failed"\} 0\n/);
    expect(text).toMatch(/satchel_alarm_delivery_failures_total\{channel="webhook"\} 1\n/);
    const system = await api.call('GET', '/backup/api/system/status/');
    expect(SYSTEM_STATUS.parse(system.json['data']).alarms).toEqual({ open: 1, last_delivery_problem: null });

    const path = `/backup/api/alarms/${alarm?.alarm_id}/acknowledge/`;
    const known = await api.call('POST', path);
    expect(ALARM.parse(known.json['data'])).toMatchObject({ acknowledged_by: 'admin', open: true });
    await raise.resolve(cause);
    await expect.poll(() => webhooks().length, { timeout: 30_000 }).toBe(2);
    expect(JSON.parse(webhooks()[1]?.body ?? '')).toMatchObject({ event: 'resolved' });
    expect((await list('state=past')).total).toBe(1);
    const unknown = '/backup/api/alarms/00000000-0000-4000-8000-000000000000/acknowledge/';
    expect((await api.call('POST', unknown)).status).toBe(404);
  });

  it('ping the dead man’s switch after a good backup', async () => {
    await runJob(api, '/backup/api/create/', { backup_type: 'students' });
    expect(received.map(({ path }) => path)).toContain('/heartbeat');
  });

  it('are for whoever may look; settings are for whoever may change them', async () => {
    const token = await tokenOfNewUser(api, { grants: ['backup.view_backupjob'] });
    expect((await api.call('GET', '/backup/api/alarms/', { token })).status).toBe(200);
    expect((await api.call('GET', '/backup/api/alarms/channels/', { token })).status).toBe(200);
    expect((await api.call('POST', '/backup/api/alarms/test/', { token })).status).toBe(403);
    const path = '/backup/api/alarms/00000000-0000-4000-8000-000000000000/acknowledge/';
    expect((await api.call('POST', path, { token })).status).toBe(403);
    for (const bad of ['state=x', 'kind=x', 'page=0']) {
      expect((await api.call('GET', `/backup/api/alarms/?${bad}`)).status).toBe(400);
    }
  });
});
