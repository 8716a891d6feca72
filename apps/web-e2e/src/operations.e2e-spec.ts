import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Stage } from './stage.js';

let stage: Stage;
let hook: Server;
const told: string[] = [];

beforeAll(async () => {
  hook = createServer((request, response) => {
    told.push(request.method ?? '');
    request.resume().once('end', () => response.writeHead(204).end());
  }).listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const address = hook.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.');
  stage = await Stage.open({
    TIME_ZONE: 'Asia/Kolkata',
    ALARM_WEBHOOK_URL: `http://127.0.0.1:${address.port}/alarms`,
    ALARM_WEBHOOK_SECRET: 'the secret of a test webhook, which nobody needs',
  });
});
afterEach(() => stage.clear());
afterAll(async () => {
  await stage?.close();
  hook.close();
});

it('adds a schedule whose times it shows first, and pauses, runs and removes it', async () => {
  const page = await stage.adminPage();
  await page.goto('schedules');
  await page.getByText('No schedule yet').waitFor();
  await page.getByRole('button', { name: 'Add a schedule' }).click();
  const form = page.getByRole('dialog', { name: 'Add a schedule' });
  await form.getByLabel('Name').fill('Teachers weekly');
  await form.getByLabel('Type').selectOption('Teachers');
  await form.getByLabel('How often').selectOption('Something else (cron)');
  await form.getByLabel('Cron expression').fill('0 25 * * FRI');
  await form.getByText(/is no timetable/).waitFor();
  await form.getByLabel('Cron expression').fill('15 6 * * FRI');
  await form
    .getByRole('listitem')
    .filter({ hasText: /^Fri .*06:15/ })
    .nth(4)
    .waitFor();
  await form.getByRole('button', { name: 'Add a schedule' }).click();
  await page.getByText('The schedule Teachers weekly is saved.').waitFor();
  const row = page.getByRole('row', { name: /Teachers weekly/ });
  await row.getByText('every Friday at 06:15').waitFor();

  const act = async (name: string) => {
    await page.getByRole('button', { name: 'Actions for Teachers weekly' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await act('Pause');
  await row.getByText('Paused').waitFor();
  await act('Run now');
  await page.getByText('Teachers weekly is being made.').waitFor();
  await row.getByText('Done').waitFor();
  await act('Resume');
  await row.getByText('Paused').waitFor({ state: 'hidden' });
  await act('Remove');
  await page
    .getByRole('dialog', { name: 'Remove the schedule “Teachers weekly”?' })
    .getByRole('button', { name: 'Remove' })
    .click();
  await page.getByText('No schedule yet').waitFor();
});

it('keeps what is pinned, and deletes what nothing keeps once that is agreed to', async () => {
  const { backupId: pinned } = await stage.app.backUp('financial', 'Before the closing');
  const { backupId: doomed } = await stage.app.backUp('financial', 'In between');
  await stage.app.backUp('financial', 'The newest');
  const page = await stage.adminPage();
  await page.goto('history?q=Before');
  await page.getByRole('button', { name: 'Actions for Before the closing' }).click();
  await page.getByRole('menuitem', { name: 'Pin…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pin this backup' });
  await dialog.getByLabel('Why is it kept?').fill('year-end closing');
  await dialog.getByRole('button', { name: 'Pin', exact: true }).click();
  await page.getByText('Pinned: year-end closing').waitFor();

  await page.goto('cleanup');
  await page.getByLabel('Keep backups for (days)').fill('0');
  const plan = page.getByRole('table', { name: 'The plan' });
  await plan.getByRole('row', { name: /In_between.*Goes.*no rule keeps it/ }).waitFor();
  await plan
    .getByRole('row', { name: /Before_the_closing.*Stays.*pinned by admin: year-end closing/ })
    .waitFor();
  await plan.getByRole('row', { name: /The_newest.*Stays.*newest good backup of its type/ }).waitFor();
  await page.getByRole('button', { name: /^Delete \d+ backups?$/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await plan.getByRole('row', { name: /In_between/ }).waitFor({ state: 'hidden' });
  await expect(stage.app.download(doomed)).rejects.toThrow('404');

  await page.goto(`history/${pinned}`);
  await page.getByRole('button', { name: 'Unpin' }).click();
  await page.getByText('The backup is not pinned any more.').waitFor();
});

it('proves by a drill that a backup can be restored, and offers the report', async () => {
  await stage.app.backUp('full', 'To be drilled');
  const page = await stage.adminPage();
  await page.goto('drills');
  await page.getByRole('button', { name: 'Run a drill' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start the drill' }).click();
  const row = page.getByRole('row', { name: /Everything.*To be drilled.*Passed/ });
  await row.waitFor();
  const address = await row.getByRole('link', { name: /Report to print/ }).getAttribute('href');
  const report = await page.request.get(address ?? '');
  expect(await report.text()).toContain('To_be_drilled_');
  await row.getByRole('link', { name: 'Everything' }).click();
  await page.getByRole('heading', { name: 'What the drill has proven' }).waitFor();
  await page.goto('');
  await page
    .getByText(/the last drill restored it in/)
    .first()
    .waitFor();
});

it('sends a test through every channel', async () => {
  const page = await stage.adminPage();
  await page.goto('alarms');
  await page.getByText('Nothing is wrong').waitFor();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('The test has arrived everywhere').waitFor();
  expect(told).toEqual(['POST']);
});
