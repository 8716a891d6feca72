import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sandbox, until } from './sandbox.js';

/** One server for all tests here, since making it takes longest; every command starts and stops it. */
let sandbox: Sandbox;
let firstRun: Awaited<ReturnType<Sandbox['runProgram']>>;

beforeAll(async () => {
  sandbox = await Sandbox.make(null);
  firstRun = await sandbox.runProgram(['status']);
});

afterAll(async () => {
  await sandbox.remove();
});

async function serverRuns(): Promise<boolean> {
  return stat(sandbox.path('home/postgres/data/postmaster.pid')).then(
    () => true,
    () => false,
  );
}

it('is made and filled by the first command', () => {
  expect(firstRun).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Filling the embedded database'),
  });
});

it('is stopped after a command', async () => {
  expect(await sandbox.runProgram(['create', '--type=teachers'])).toMatchObject({ code: 0 });
  expect(await serverRuns()).toBe(false);
});

it('is stopped after a command that failed', async () => {
  const failed = await sandbox.runProgram(['restore', '--file=-'], { input: '{"hello": "world"}' });
  expect(failed).toMatchObject({ code: 13 });
  expect(await serverRuns()).toBe(false);
});

it('is stopped after a command whose reader has had enough', async () => {
  const { child, ended } = sandbox.start(['list']);
  child.stdout?.destroy();
  expect((await ended).code).toBe(0);
  expect(await serverRuns()).toBe(false);
});

it.each(['SIGINT', 'SIGTERM'] as const)('is stopped after %s', async signal => {
  const { child, ended } = sandbox.start(['create']);
  await until(serverRuns);
  child.kill(signal);
  expect((await ended).code).toBe(130);
  expect(await serverRuns()).toBe(false);
});

it('goes on for those who use it at the same time, and is stopped after the last', async () => {
  const runs = await Promise.all([
    sandbox.runProgram(['create', '--type=teachers']),
    sandbox.runProgram(['status']),
    sandbox.runProgram(['list']),
  ]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(await serverRuns()).toBe(false);
});
