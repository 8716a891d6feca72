import { afterAll, afterEach, beforeAll, it } from 'vitest';
import { Stage } from './stage.js';

/** A pair that was made for this test and opens nothing else. */
const RECIPIENT = 'age1ztxf63als02ezupfc2kud9zsy3rc5zp6gj4us4l3qv83wyzs44gstzwxsq';
const IDENTITY = 'AGE-SECRET-KEY-1AU6FFXZZ65PZDUKNLWFASYKQQT3PPWA4YLWEC3VRN2MDNMN059FSTYFAE6';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open({ BACKUP_RECIPIENTS: RECIPIENT });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

it('restores an encrypted backup with its key, after a passphrase that does not open it', async () => {
  const { backupId } = await stage.app.backUp('teachers', 'Locked');
  const page = await stage.adminPage();
  await page.goto(`restore?backup=${backupId}`);
  await page.getByText('This backup is encrypted').waitFor();
  await page.getByText('Passphrase', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Passphrase' }).fill('a guess');
  await page.getByRole('button', { name: 'Open it' }).click();
  await page.getByText('This does not open the backup. Is it the key of another one?').waitFor();
  await page.getByText('Key file', { exact: true }).first().click();
  await page.locator('input[type=file]').setInputFiles({
    name: 'recovery-key.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(`# made for a test\n${IDENTITY}\n`),
  });
  await page.getByRole('button', { name: 'Open it' }).click();
  await page.getByText('What would change').waitFor();
  await page.getByRole('button', { name: 'Restore…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore now' }).click();
  await page.getByText('The data is restored').waitFor();
});

it('verifies an encrypted backup with its key', async () => {
  const { jobId } = await stage.app.backUp('teachers', 'Locked too');
  const page = await stage.adminPage();
  await page.goto(`history/${jobId}`);
  await page.getByRole('button', { name: 'Verify' }).click();
  const dialog = page.getByRole('dialog', { name: 'Verify an encrypted backup' });
  await dialog.getByLabel('Secret key').fill(IDENTITY);
  await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText('Locked too is being read back and checked.').waitFor();
});

it('asks for the key where several are verified from the history', async () => {
  await stage.app.backUp('teachers', 'Locked as well');
  const page = await stage.adminPage();
  await page.goto('history?kind=backup&q=Locked');
  await page.getByRole('checkbox', { name: 'Select all backups of this page' }).check();
  await page
    .getByRole('group', { name: 'With the selected backups' })
    .getByRole('button', { name: 'Verify' })
    .click();
  const dialog = page.getByRole('dialog', { name: /^Verify \d+ encrypted backups$/ });
  await dialog.getByLabel('Secret key').fill(IDENTITY);
  await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText(/^\d+ backups are being checked\.$/).waitFor();
});
