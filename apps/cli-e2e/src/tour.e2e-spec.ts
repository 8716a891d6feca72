import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sandbox, until, type RunningCli } from './sandbox.js';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await Sandbox.make(null);
});

afterEach(async () => {
  await sandbox.remove();
});

async function shows({ child, ended }: RunningCli, text: string): Promise<void> {
  let shown = '';
  child.stdout?.on('data', (chunk: string) => (shown += chunk));
  const tooEarly = ended.then(({ stderr }) => {
    throw new Error(`ended before it showed "${text}": ${shown}${stderr}`);
  });
  await Promise.race([until(() => Promise.resolve(shown.includes(text))), tooEarly]);
}

it('goes on where it was stopped, to its end, and lets no second one run beside it', async () => {
  const stopped = sandbox.startTour();
  await shows(stopped, '== 5.');
  const second = await sandbox.startTour().ended;
  expect(second).toMatchObject({ code: 11, stderr: expect.stringContaining('Another tour is under way') });
  stopped.child.kill('SIGINT');
  expect(await stopped.ended).toMatchObject({
    code: 130,
    stderr: expect.stringContaining('The tour was stopped'),
  });

  const { code, stdout } = await sandbox.startTour().ended;
  expect(stdout).toMatch(/rows come back first[\s\S]*== 1\.[\s\S]*== 9\.[\s\S]*What to try next/);
  expect(code).toBe(0);
  // Before the mistakes, and after the last restore.
  const looks = [...stdout.matchAll(/students called Mistake +(\d+)/g)].map(([, rows]) => Number(rows));
  expect(looks[0]).toBe(0);
  expect(looks.at(-1)).toBe(0);
  expect(Math.max(...looks)).toBeGreaterThan(0);
});
