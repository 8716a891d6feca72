import { createTestDatabase, newestTestServer, query, type TestDatabase } from '@satchel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject, Sandbox, type CliOnTerminal } from './sandbox.js';

let database: TestDatabase;
let sandbox: Sandbox;
let file: string;

beforeEach(async () => {
  database = await createTestDatabase(newestTestServer());
  await query(
    database.url,
    `CREATE TABLE pupil (id int PRIMARY KEY, name text);
     INSERT INTO pupil VALUES (1, 'Asha'), (2, 'Bela')`,
  );
  sandbox = await Sandbox.make(database.url);
  const { document } = await sandbox.json(['create']);
  file = String(asObject(document['data'])['file']);
  await query(
    database.url,
    `UPDATE pupil SET name = 'Mistake' WHERE id = 1; INSERT INTO pupil VALUES (3, 'New')`,
  );
});

afterEach(async () => {
  await sandbox.remove();
  await database.drop();
});

async function names(): Promise<unknown[]> {
  const rows = await query<{ name: string }>(database.url, 'SELECT name FROM pupil ORDER BY id');
  return rows.map(row => row.name);
}

async function answer(running: CliOnTerminal, question: string, keys: string) {
  await running.shows(question);
  running.type(keys);
  return running.ended;
}

describe('a replace at a terminal', () => {
  const start = (): CliOnTerminal => sandbox.startOnTerminal(['restore', `--file=${file}`, '--mode=replace']);

  it('shows what would change, and changes nothing without a yes', async () => {
    for (const [said, keys] of [
      ['no', 'n\r'],
      ['nothing', '\r'],
      ['Ctrl-C', '\u0003'],
      ['the end of input', '\u0004'],
    ] as const) {
      const { code, screen } = await answer(start(), 'Replace these rows? [y/N]', keys);
      expect(screen, said).toMatch(
        /table +added +changed +deleted[\s\S]*pupil +0 +1 +1[\s\S]*Replace these rows/,
      );
      expect(code, said).toBe(130);
      expect(await names(), said).toEqual(['Mistake', 'Bela', 'New']);
      expect(await sandbox.backupFiles(), said).toHaveLength(2);
    }
  });

  it('is done after yes, and an undo asks too', async () => {
    const { code, screen } = await answer(start(), 'Replace these rows? [y/N]', 'y\r');
    expect(screen).toContain('Done: 2 rows changed');
    expect(code).toBe(0);
    expect(await names()).toEqual(['Asha', 'Bela']);
    const [, restoreId = ''] = /undo ([0-9a-f-]{36})/.exec(screen) ?? [];
    const undo = sandbox.startOnTerminal(['undo', restoreId]);
    expect((await answer(undo, 'Put these rows back? [y/N]', 'yes\r')).code).toBe(0);
    expect(await names()).toEqual(['Mistake', 'Bela', 'New']);
  });
});

it('asks before it deletes backups', async () => {
  await sandbox.run(['create']);
  const before = await sandbox.backupFiles();
  const cleanup = (): CliOnTerminal => sandbox.startOnTerminal(['cleanup', '--days=0']);
  expect((await answer(cleanup(), 'Delete 1 backup? [y/N]', 'n\r')).code).toBe(130);
  expect(await sandbox.backupFiles()).toEqual(before);
  expect((await answer(cleanup(), 'Delete 1 backup? [y/N]', 'y\r')).code).toBe(0);
  expect(await sandbox.backupFiles()).toHaveLength(2);
});

it('says which backup it would delete, and deletes it after a yes alone', async () => {
  const [file = ''] = await sandbox.backupFiles();
  const remove = (): CliOnTerminal => sandbox.startOnTerminal(['delete', file, '--force']);
  const refused = await answer(remove(), 'Delete this backup? [y/N]', 'n\r');
  expect(refused.code).toBe(130);
  expect(refused.screen).toMatch(new RegExp(`${file.replaceAll('.', '\\.')}: type full, \\d+ rows, `));
  expect(await sandbox.backupFiles()).toHaveLength(2);
  expect((await answer(remove(), 'Delete this backup? [y/N]', 'y\r')).code).toBe(0);
  expect(await sandbox.backupFiles()).toEqual([]);
});

it('gives the terminal back as it was: the last thing is a whole line, and no bar is left', async () => {
  const { code, screen } = await sandbox.startOnTerminal(['create']).ended;
  expect(code).toBe(0);
  // What stands after the bar was last taken off the screen.
  const left = screen.slice(screen.lastIndexOf('\u001B[2K') + 1);
  expect(left).toMatch(/Backed up 3 rows[^\u001B]*\r\n$/);
});
