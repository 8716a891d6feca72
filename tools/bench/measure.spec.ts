import { describe, expect, it } from 'vitest';
import { childSeconds, measure } from './measure.ts';

describe('childSeconds', () => {
  it("adds the children's user and system time, and not the shell's own", () => {
    expect(childSeconds('0m9.000000s 0m9.000000s\n1m2.500000s 0m0.250000s\n')).toBeCloseTo(62.75);
  });
});

/** Works until it has used 0.3 seconds of CPU time. */
const SPIN = `
let used = 0;
while (used < 300_000) {
  for (let i = 0; i < 1e6; i++) used = i;
  const { user, system } = process.cpuUsage();
  used = user + system;
}
process.stdout.write('done')`;

describe('measure', () => {
  const run = (script: string) =>
    measure(
      { command: [process.execPath, '-e', script], cwd: '/' },
      process.pid,
      new AbortController().signal,
    );

  it('counts the CPU time of the program that it started', async () => {
    const { cpuSeconds, stdout } = await run(SPIN);
    expect(stdout).toBe('done');
    expect(cpuSeconds).toBeGreaterThan(0.25);
  });

  it('says what a program that failed had to say', async () => {
    await expect(run('console.error("no such thing"); process.exit(3)')).rejects.toThrow(
      /ended with 3:\nno such/,
    );
  });

  it('shows no password of a failed command', async () => {
    const command = ['false', 'postgresql://me:hidden@127.0.0.1/school'];
    await expect(measure({ command, cwd: '/' }, process.pid, new AbortController().signal)).rejects.toThrow(
      /^(?!.*hidden)/s,
    );
  });

  it('ends the program when it is told to stop', async () => {
    const stop = new AbortController();
    const running = measure({ command: ['sleep', '600'], cwd: '/' }, process.pid, stop.signal);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});
