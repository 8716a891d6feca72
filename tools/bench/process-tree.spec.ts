import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { cpuSeconds, ProcessTree } from './process-tree.ts';

/** Holds this much, says so, and waits for its input to end. */
const HELD_BYTES = 200 * 2 ** 20;
const HOLD = `const held = Buffer.alloc(${HELD_BYTES}, 1); process.stdin.resume(); process.stdout.write(String(held.length))`;

describe('ProcessTree', () => {
  it('finds the peak of processes below the first one, and remembers it when they have ended', async () => {
    const shell = spawn('sh', ['-c', '"$0" -e "$1"; exit', process.execPath, HOLD]);
    const tree = new ProcessTree(shell.pid ?? 0);
    await once(shell.stdout, 'data');
    tree.look();
    const closed = once(shell, 'close');
    shell.stdin.end();
    await closed;
    tree.look();
    expect(tree.peakBytes).toBeGreaterThan(HELD_BYTES);
  });

  it('has nothing to say of a process that is not there', () => {
    const tree = new ProcessTree(2 ** 30);
    tree.look();
    expect(tree.peakBytes).toBe(0);
    expect(cpuSeconds(2 ** 30)).toBe(0);
  });
});
