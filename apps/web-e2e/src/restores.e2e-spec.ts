import { holdLock, query } from '@satchel/testing';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { dropFile } from './drop-file.js';
import { Stage } from './stage.js';

/** More than any file of these tests, less than the file that is too large. */
const LARGEST_FILE_BYTES = 4 * 1024 * 1024;

const FIRST_STUDENT = '(SELECT min(id) FROM students_student)';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open({ MAX_BACKUP_FILE_SIZE: String(LARGEST_FILE_BYTES) });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** How many payments there are, and a number for what they say. */
async function payments(): Promise<{ readonly count: number; readonly print: string }> {
  const [row] = await query<{ count: number; print: string }>(
    stage.database.url,
    'SELECT count(*)::int AS count, sum(hashtextextended(p::text, 0))::text AS print FROM student_fees_feedeposit p',
  );
  if (!row) throw new Error('no count');
  return row;
}

/** The file of a new backup of the finances. */
async function financeFile(name: string): Promise<Buffer> {
  const { backupId } = await stage.app.backUp('financial', name);
  return stage.app.download(backupId);
}

async function openRestore(): Promise<Page> {
  const page = await stage.adminPage();
  await page.goto('restore');
  return page;
}

it('brings back by merge what was deleted, and keeps what has come since', async () => {
  const file = await financeFile('before the mistake');
  const before = await payments();
  await query(stage.database.url, 'DELETE FROM student_fees_feedeposit WHERE id % 3 = 0');
  const left = await payments();
  const page = await openRestore();
  await dropFile(page, 'before the mistake.json.zst', file);
  await page.getByText('From this installation, and unchanged').waitFor();
  await page.getByText('Nothing is deleted.').waitFor();
  await page.getByRole('button', { name: 'Restore…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Restore this backup?' });
  await dialog.getByText(`${before.count - left.count} fee payments`).waitFor();
  expect(await payments(), 'a plan changes nothing').toEqual(left);
  await dialog.getByRole('button', { name: 'Restore now' }).click();
  await page.getByText('The data is restored').waitFor();
  expect(await payments()).toEqual(before);
});

it('makes the tables as they were by replace, once that has been typed', async () => {
  const file = await financeFile('before the term');
  const before = await payments();
  await query(
    stage.database.url,
    `INSERT INTO student_fees_feedeposit
       (student_id, amount, discount, paid_amount, receipt_no, deposit_date, payment_mode, transaction_no, payment_source, note)
     SELECT student_id, amount, discount, paid_amount, concat('later ', id), deposit_date, payment_mode, transaction_no,
       payment_source, note FROM student_fees_feedeposit ORDER BY id LIMIT 7`,
  );
  const page = await openRestore();
  await dropFile(page, 'before the term.json.zst', file);
  await page.getByText('Replace', { exact: true }).click();
  await page.getByText('Makes the tables as they were in the backup.').waitFor();
  const restore = page.getByRole('button', { name: 'Restore…' });
  await page.getByText('Deleted:').waitFor();
  await restore.click();
  const dialog = page.getByRole('dialog', { name: 'Replace the data by this backup?' });
  await dialog.getByText('This will be deleted').waitFor();
  await dialog.getByText('7 fee payments').waitFor();
  const confirm = dialog.getByRole('button', { name: 'Restore now' });
  await dialog.getByLabel('Type “replace” to go on').fill('replac');
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByLabel('Type “replace” to go on').fill('replace');
  await confirm.click();
  await page.getByText('The data is restored').waitFor();
  expect(await payments()).toEqual(before);
});

it.each([
  ['a text', 'notes.txt', Buffer.from('Dear all'), 'it is neither JSON, nor compressed'],
  ['nothing', 'empty.json', Buffer.alloc(0), '“empty.json” is empty.'],
])('does not send a file that holds %s', async (_, name, content, reason) => {
  const page = await openRestore();
  await dropFile(page, name, content);
  await page.getByText('This file cannot be used').waitFor();
  await page.getByText(reason).waitFor();
  await page.getByRole('button', { name: 'Choose a file' }).waitFor();
});

it.each([
  ['something else in JSON', 'list.json', Buffer.from('{"hello":"world"}')],
  ['a bomb', 'bomb.json.gz', gzipSync(Buffer.alloc(256 * 1024 * 1024, '['))],
  ['half a backup', 'half.json', Buffer.from('{"satchel":1,\n"backup":{"id":"x"},\n"relations":[\n')],
])('refuses a file that holds %s, changes nothing, and leads back', async (_, name, content) => {
  const before = await payments();
  const page = await openRestore();
  await dropFile(page, name, content);
  const alert = page.getByRole('alert');
  await alert.getByText(/^(The file is damaged, or is no backup|The file is too large)$/).waitFor();
  await alert.getByRole('button', { name: 'Choose another backup' }).click();
  await page.getByText('Drop a backup file here').waitFor();
  expect(await payments()).toEqual(before);
});

it('runs no script that a file brings along', async () => {
  const page = await openRestore();
  const script = '<img src=x onerror="document.title=`run`">';
  const rows = [{ model: 'teachers.teacher', pk: 900_001, fields: { name: script, email: 'a@b.example' } }];
  await dropFile(page, `${script}.json`, Buffer.from(JSON.stringify(rows)));
  await page.getByText(script).first().waitFor();
  expect(await page.locator('img[src=x]').count()).toBe(0);
  expect(await page.title()).not.toBe('run');
});

it('does not send what is larger than this server takes', async () => {
  const page = await openRestore();
  await page.getByText('Up to 4.2 MB.').waitFor();
  await dropFile(page, 'film.json', tooLarge());
  await page.getByText('“film.json” has 5.2 MB; at most 4.2 MB can be sent.').waitFor();
  await page.getByRole('button', { name: 'Choose a file' }).waitFor();
});

it('says it as well where only the server knew, and leads back', async () => {
  const page = await stage.adminPage();
  await page.route('**/system/limits', route => route.abort());
  await page.goto('restore');
  await dropFile(page, 'large.json', tooLarge());
  const alert = page.getByRole('alert');
  await alert.getByText('The file is too large').waitFor();
  await alert.getByRole('button', { name: 'Choose another backup' }).click();
  await page.getByText('Drop a backup file here').waitFor();
});

/** Begins as a backup may. */
function tooLarge(): Buffer {
  const spaces = Buffer.alloc(LARGEST_FILE_BYTES + 1024 * 1024, ' ');
  spaces.write('{');
  return spaces;
}

it('tells the second of two people that the first is restoring', async () => {
  const { backupId } = await stage.app.backUp('financial', 'for two');
  await query(
    stage.database.url,
    `UPDATE student_fees_feedeposit SET note = 'changed' WHERE student_id = ${FIRST_STUDENT}`,
  );
  const restorer = { roles: ['restorer'] };
  const holder = await stage.app.addPerson(restorer);
  const first = await stage.pageOf(holder);
  const second = await stage.pageOf(await stage.app.addPerson(restorer));
  for (const page of [first, second]) {
    await page.goto(`restore?backup=${backupId}`);
    await page.getByRole('button', { name: 'Restore…' }).waitFor();
  }
  const held = await holdLock(stage.database.url, 'LOCK TABLE student_fees_feedeposit IN ROW EXCLUSIVE MODE');
  try {
    await startRestore(first);
    await first.getByText('Running', { exact: true }).first().waitFor();
    await startRestore(second);
    const alert = second.getByRole('alert');
    await alert.getByText(`A restore asked for by ${holder.username} has been running`).waitFor();
    await alert.getByRole('button', { name: 'Make the plan anew' }).waitFor();
  } finally {
    await held.free();
  }
  await first.getByText('The data is restored').waitFor();
});

async function startRestore(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Restore…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore now' }).click();
}
