import { request as httpRequest, type ClientRequest } from 'node:http';
import { createBackup, unwrap } from '@satchel/api-client';
import { holdLock, type HeldLock } from '@satchel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { somebodyWaits } from './lock-waits.js';
import { Installation, type Program } from './installation.js';
import { ADMIN, ADMIN_ENV, jobEnd, signIn, tokenOf } from './signed-in.js';
import { until } from './until.js';

/** A server without Redis, which does jobs itself. */
let installation: Installation;
let lock: HeldLock | undefined;

beforeAll(async () => {
  installation = await Installation.make({ redis: false });
});
afterEach(async () => {
  await lock?.free();
  lock = undefined;
});
afterAll(() => installation?.remove());

it('names every wrong setting at once, and ends with 2', async () => {
  const env = {
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
    MAX_BACKUP_FILE_SIZE: 'much',
    SATCHEL_ADMIN_PASSWORD: 'short',
  };
  const server = installation.startApi(env);
  expect(await server.ended()).toBe(2);
  expect(server.said).toMatch(/^Error: 4 settings are wrong: .*\n$/);
  for (const name of Object.keys(env)) expect(server.said).toContain(name);
  expect(server.said).not.toContain('short');
});

describe('a server that has started', () => {
  let server: Program;
  let url: string;

  beforeAll(async () => {
    server = installation.startApi(ADMIN_ENV);
    url = await server.listening();
  });

  it('has told who may sign in and where it is, and one line of log', async () => {
    await server.logs('The server takes requests.');
    expect(server.said).toBe(
      `Made the administrator "admin" with the password of SATCHEL_ADMIN_PASSWORD.\nSatchel listens on ${url}/backup/\n`,
    );
    expect(server.log).toMatchObject([{ level: 'INFO', msg: 'The server takes requests.', url }]);
  });

  it('keeps its port from a second one, which says what to do', async () => {
    const { port } = new URL(url);
    const second = installation.startApi({ PORT: port });
    expect(await second.ended()).toBe(11);
    expect(second.said).toBe(
      `Error: Port ${port} of 127.0.0.1 is taken: another program listens there, or this server runs already. End it, or set PORT to another one.\n`,
    );
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('ends within seconds in the middle of an upload, and keeps nothing of it', async () => {
    const upload = startUpload(url, await tokenOf(url, ADMIN));
    await until('the upload to arrive', async () => (await installation.quarantined()).length > 0);
    const toldAt = performance.now();
    expect(await server.end('SIGTERM')).toBe(0);
    // Silence alone would end it after half a minute.
    expect(performance.now() - toldAt).toBeLessThan(20_000);
    expect(await upload.answer).toMatchObject({
      status: 503,
      text: expect.stringContaining('shut down') as string,
    });
    expect(await installation.quarantined()).toEqual([]);
    // Refused because somebody wanted the end of the server: nothing for the night to be disturbed by.
    expect(server.log.filter(({ level }) => level === 'ERROR')).toEqual([]);
    expect(server.log.filter(({ level }) => level === 'WARNING')).toMatchObject([
      { errorType: 'unavailable', msg: expect.stringContaining('shut down') as string },
      { res: { status: 503 } },
    ]);
  });
});

it.each([
  ['SIGTERM', 'SIGINT'],
  ['SIGINT', 'SIGTERM'],
] as const)('waits for nobody any more when %s is followed by %s', async (first, second) => {
  const server = installation.startApi(ADMIN_ENV);
  const url = await server.listening();
  // Somebody whom the first signal gives seconds; the server would end with 0 after them.
  const upload = startUpload(url, await tokenOf(url, ADMIN));
  await until('the upload to arrive', async () => (await installation.quarantined()).length > 0);
  server.signal(first);
  await server.logs('The server ends');
  server.signal(second);
  expect(await server.ended()).toBe(130);
  expect(await upload.answer).toEqual({ status: 0, text: '' });
  // What it had begun is swept once it is old; here, so that it is not taken for the next one's.
  await installation.emptyQuarantine();
});

it('leaves a backup that runs inside to its next start', async () => {
  lock = await holdLock(installation.database.url, 'LOCK TABLE students_student');
  const first = installation.startApi(ADMIN_ENV);
  const client = await signIn(await first.listening());
  const { job_id: jobId } = await unwrap(createBackup({ client, body: { backup_type: 'full' } }));
  await somebodyWaits(installation.database.url);
  expect(await first.end('SIGTERM')).toBe(0);
  expect(first.said).not.toContain('Error');

  const next = installation.startApi(ADMIN_ENV);
  const nextClient = await signIn(await next.listening());
  await next.logs('A job was taken up.', jobId);
  await lock.free();
  expect(await jobEnd(nextClient, jobId)).toMatchObject({ state: 'success', attempt: 2 });
  expect((await installation.backupFiles()).filter(name => name.startsWith('.'))).toEqual([]);
  expect(await next.end('SIGTERM')).toBe(0);
});

interface Upload {
  /** What the server answers; an empty text with status 0 if it closes the connection. */
  readonly answer: Promise<{ readonly status: number; readonly text: string }>;
}

/** Sends the beginning of a form with a file, and then nothing. */
function startUpload(url: string, token: string): Upload {
  const boundary = 'form-boundary';
  const request: ClientRequest = httpRequest(`${url}/backup/api/restore/upload/`, {
    method: 'POST',
    agent: false,
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
    },
  });
  const answer = new Promise<{ status: number; text: string }>(resolve => {
    request.once('error', () => resolve({ status: 0, text: '' }));
    request.once('response', response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('close', () => {
        resolve({ status: response.statusCode ?? 0, text });
        request.destroy();
      });
    });
  });
  request.write(
    `--${boundary}\r\nContent-Disposition: form-data; name="restore_mode"\r\n\r\nmerge\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="backup_file"; filename="backup.json"\r\n` +
      `Content-Type: application/json\r\n\r\n[{"model": "students.student", "pk": 1, `,
  );
  return { answer };
}
