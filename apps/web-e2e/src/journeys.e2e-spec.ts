import { readFile } from 'node:fs/promises';
import { holdLock } from '@satchel/testing';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Person } from './served-app.js';
import { Stage } from './stage.js';

let stage: Stage;
let powerless: Person;

beforeAll(async () => {
  stage = await Stage.open();
  powerless = await stage.app.addPerson();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

async function signIn(page: Page, { username, password }: Person): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Opens the menu of one entry of the history. */
async function openActions(page: Page, name: string): Promise<void> {
  await page.goto(`history?q=${encodeURIComponent(name)}`);
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
}

it('lets in who knows the password, and only them', async () => {
  const page = await stage.newPage();
  const { username, password } = stage.app.admin;
  await page.goto('history');
  await page.getByText('Sign in to go on where you were.').waitFor();
  await signIn(page, { username, password: 'not the password' });
  await page.getByRole('alert').waitFor();
  expect(page.url()).toContain('/sign-in');
  await signIn(page, { username, password });
  await page.getByRole('heading', { name: 'History', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

it('asks for a password of one’s own before anything else', async () => {
  const person = await stage.app.addPerson({ roles: ['operator'], firstPassword: true });
  const page = await stage.newPage();
  await page.goto('sign-in');
  await signIn(page, person);
  await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
  await page.goto('history');
  await page.getByLabel('Password now').fill(person.password);
  await page.getByLabel('New password', { exact: true }).fill('a password of my own');
  await page.getByLabel('New password again').fill('a password of my own');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('heading', { name: 'History', level: 1 }).waitFor();
});

it('makes a backup, whose progress outlives a reload', async () => {
  const page = await stage.adminPage();
  await page.goto('');
  await page.getByRole('main').getByRole('link', { name: 'Create Backup' }).click();
  await page.getByRole('radio', { name: 'Students' }).check({ force: true });
  await page.getByLabel('Name (optional)').fill('Before/after');
  await page.getByText('“/” cannot be in a name.').waitFor();
  await page.getByLabel('Name (optional)').fill('Before the new term');
  const held = await holdLock(stage.database.url, 'LOCK TABLE students_student');
  try {
    await page.getByRole('button', { name: 'Create Backup' }).click();
    await page.getByRole('progressbar').waitFor();
    await page.reload();
    await page.getByRole('button', { name: /^Cancel/ }).waitFor();
  } finally {
    await held.free();
  }
  await page.getByText('The backup is done').waitFor();
  await page.getByText('Backup: Before the new term is done.').waitFor();
  await page.getByRole('link', { name: 'Details' }).first().click();
  await page.getByRole('heading', { name: 'Before the new term' }).waitFor();
});

it('cancels a backup', async () => {
  const page = await stage.adminPage();
  await page.goto('create?type=students');
  const held = await holdLock(stage.database.url, 'LOCK TABLE students_student');
  try {
    await page.getByRole('button', { name: 'Create Backup' }).click();
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await page.getByText('The backup was cancelled').waitFor();
  } finally {
    await held.free();
  }
});

it('verifies a backup', async () => {
  await stage.app.backUp('teachers', 'To be verified');
  const page = await stage.adminPage();
  await openActions(page, 'To be verified');
  await page.getByRole('menuitem', { name: 'Verify' }).click();
  await page.getByText('To be verified is being read back and checked.').waitFor();
  await stage.app.allJobsEnded();
  await page.goto('history?kind=verify');
  await page.getByRole('row', { name: /Verification.*Done/ }).waitFor();
});

it('deletes a backup when its name has been seen and agreed to', async () => {
  const { backupId } = await stage.app.backUp('teachers', 'No longer needed');
  await stage.app.backUp('teachers', 'Newer');
  const page = await stage.adminPage();
  await openActions(page, 'No longer needed');
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this backup?' });
  await dialog.getByText('No longer needed').waitFor();
  await dialog.getByRole('button', { name: 'Keep as it is' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect((await stage.app.download(backupId)).length).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Actions for No longer needed' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('1 backup deleted.').waitFor();
  await expect(stage.app.download(backupId)).rejects.toThrow('404');
});

it('exports the history as it is filtered', async () => {
  await stage.app.backUp('teachers', 'In the export');
  await stage.app.backUp('teachers', 'Left out of it');
  const page = await stage.adminPage();
  await page.goto('history');
  await page.getByLabel('Search').fill('In the export');
  // The address changes a moment before the page does.
  const filtered = page.getByRole('link', { name: 'Export CSV' }).and(page.locator('[href*="search=In"]'));
  const [download] = await Promise.all([page.waitForEvent('download'), filtered.click()]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  const csv = await readFile(await download.path(), 'utf8');
  expect(csv).toContain('In the export');
  expect(csv).not.toContain('Left out of it');
});

it('offers nobody what they may not do', async () => {
  await stage.app.backUp('teachers', 'Only to look at');
  const page = await stage.pageOf(await stage.app.addPerson({ grants: ['backup.view_backupjob'] }));
  await page.goto('');
  const navigation = page.getByRole('navigation', { name: 'Main navigation' }).first();
  await navigation.getByRole('link', { name: 'History' }).waitFor();
  await page.getByRole('heading', { name: 'Newest good backups' }).waitFor();
  for (const name of ['Create Backup', 'Restore Data', 'Audit', 'Users and roles']) {
    expect(await page.getByRole('link', { name, exact: true }).count(), name).toBe(0);
  }
  await openActions(page, 'Only to look at');
  expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Details', 'Download']);
});

it.each([
  ['create', 'Make and verify backups'],
  ['restore', 'Look into backup files and restore them'],
  ['history', 'See and download backups, jobs and the state of the system'],
  ['audit', 'See who did what'],
  ['users', 'Manage users and roles'],
  ['users/roles', 'Manage users and roles'],
  ['system', 'See and download backups, jobs and the state of the system'],
])('says which permission the page “%s” needs to whom it is not allowed', async (path, permission) => {
  const page = await stage.sharedPageOf(powerless);
  await page.goto(path);
  await page.getByText('You may not open this page').waitFor();
  await page.getByText(`“${permission}”`).waitFor();
  await page.getByRole('link', { name: 'What may I do?' }).click();
  await page.getByText('None yet. An administrator can give you some.').waitFor();
});

it('renews a session that has run out without a word', async () => {
  const page = await stage.pageOf(stage.app.admin);
  await page.goto('');
  await page.getByRole('heading', { name: 'Backup & Restore System' }).waitFor();
  await page.context().clearCookies({ name: 'satchel_access' });
  await page.getByRole('link', { name: 'Audit' }).first().click();
  await page.getByRole('table', { name: 'Audit' }).waitFor();
  expect((await page.context().cookies()).map(({ name }) => name)).toContain('satchel_access');
});

it('asks for the password again when the session was ended elsewhere', async () => {
  const person = await stage.app.addPerson({ roles: ['auditor'] });
  const [here, elsewhere] = [await stage.pageOf(person), await stage.pageOf(person)];
  await here.goto('');
  await here.getByRole('heading', { name: 'Backup & Restore System' }).waitFor();
  await elsewhere.goto('account');
  await elsewhere.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await elsewhere.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'hidden' });
  await here.getByRole('link', { name: 'History' }).first().click();
  await here.getByText('Sign in to go on where you were.').waitFor();
  await signIn(here, person);
  await here.getByRole('heading', { name: 'History', level: 1 }).waitFor();
});
