import { describe, expect, it } from 'vitest';
import { runInProcess } from './testing/run-in-process.js';

async function helpOf(words: readonly string[]): Promise<string> {
  const { shown, thrown } = await runInProcess([...words, '--help']);
  expect(thrown).toMatchObject({ code: 'commander.helpDisplayed', exitCode: 0 });
  return shown;
}

/** The names in a help's list of commands. */
function commandsIn(help: string): string[] {
  const [, list = ''] = /^Commands:\n((?: .*\n)+)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)]
    .map(([, name = '']) => name)
    .filter(name => name !== 'help');
}

/** Every command that does something, with its help: found by walking through the help itself. */
async function walk(words: readonly string[] = []): Promise<(readonly [string, string])[]> {
  const help = await helpOf(words);
  const found = [];
  for (const name of commandsIn(help)) found.push(...(await walk([...words, name])));
  return found.length > 0 ? found : [[words.join(' '), help]];
}

const commands = await walk();

it('is there for every command', () => {
  expect(commands.length).toBeGreaterThan(30);
  expect(commands.map(([words]) => words)).toEqual(
    expect.arrayContaining(['create', 'restore', 'undo', 'user grant', 'schedule add', 'alarms test']),
  );
});

describe.each(commands)('the help of %s', (words, help) => {
  it('has examples of the command itself, and the exit codes', () => {
    expect(help).toMatch(new RegExp(`^Usage: backup_system ${words}( |$)`, 'm'));
    const [, examples = ''] = /\nExamples:\n((?: .*\n)+)/.exec(help) ?? [];
    expect(examples).toMatch(new RegExp(`^ .*backup_system ${words}\\b`, 'm'));
    expect(help).toMatch(/Exit codes:[\s\S]*130/);
  });
});
