import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeApi, FakeError } from '../../testing/fake-api.js';
import { renderPage } from '../../testing/render-page.js';
import { sampleJob } from '../../testing/samples.js';
import { HistoryPage } from './history.page.js';

const PAGE = { items: [sampleJob()], total: 60, page: 1, page_size: 25, pages: 3 };
const ROUTES = { 'GET history': PAGE, 'GET types': { items: [] } };

describe('the history', () => {
  it('asks for what the address says', async () => {
    const api = fakeApi(ROUTES);
    renderPage(<HistoryPage />, { at: '/history?q=night&state=success&sort=size&order=asc&page=2' });
    expect(await screen.findByRole('link', { name: 'Nightly' })).toBeTruthy();
    expect(api.asked).toContain(
      'GET history?status=success&search=night&sort=size&order=asc&page=2&page_size=25'.replace(
        'status=success&search=night',
        'search=night&status=success',
      ),
    );
  });

  it('keeps words, order and page in the address', async () => {
    fakeApi(ROUTES);
    const { user, address } = renderPage(<HistoryPage />, { at: '/history' });
    await screen.findByRole('link', { name: 'Nightly' });
    await user.click(screen.getByRole('button', { name: 'Page 2' }));
    await waitFor(() => expect(address()).toBe('/history?page=2'));
    await user.click(screen.getByRole('button', { name: 'Size' }));
    await waitFor(() => expect(address()).toBe('/history?sort=size'));
    await user.type(screen.getByLabelText('Search'), 'may');
    await waitFor(() => expect(address()).toBe('/history?q=may&sort=size'));
  });

  it('asks by name before it deletes, and offers nothing that one may not do', async () => {
    const api = fakeApi({ ...ROUTES, [`DELETE delete/${sampleJob().job_id}`]: {} });
    const { user } = renderPage(<HistoryPage />, {
      at: '/history',
      permissions: ['backup.view_backupjob', 'backup.delete_backupjob'],
    });
    await user.click(await screen.findByRole('checkbox', { name: 'Select Nightly' }));
    const actions = screen.getByRole('group', { name: 'With the selected backups' });
    expect(within(actions).queryByRole('button', { name: 'Verify' })).toBeNull();
    await user.click(within(actions).getByRole('button', { name: 'Delete' }));
    const dialog = await screen.findByRole('dialog', { name: 'Delete this backup?' });
    expect(dialog.textContent).toContain('Nightly');
    await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(api.asked).toContain(`DELETE delete/${sampleJob().job_id}`));
  });

  it('opens what can be done with a row by its button', async () => {
    fakeApi(ROUTES);
    const { user } = renderPage(<HistoryPage />, { at: '/history', permissions: ['backup.view_backupjob'] });
    await user.click(await screen.findByRole('button', { name: 'Actions for Nightly' }));
    expect(await screen.findByRole('menuitem', { name: 'Download', hidden: true })).toBeTruthy();
    expect(screen.queryByRole('menuitem', { name: 'Delete', hidden: true })).toBeNull();
  });

  it('shows why a backup is pinned, and lets go of it', async () => {
    const { job_id: backupId } = sampleJob();
    const pin = {
      backup_id: backupId,
      reason: 'year-end closing',
      pinned_by: 'admin',
      pinned_at: '2026-03-01T09:00:00.000Z',
    };
    const api = fakeApi({ ...ROUTES, 'GET pins': { items: [pin] }, [`DELETE pins/${backupId}`]: {} });
    const { user } = renderPage(<HistoryPage />, { at: '/history' });
    expect(await screen.findByText('Pinned: year-end closing')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Actions for Nightly' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Unpin', hidden: true }));
    await waitFor(() => expect(api.asked).toContain(`DELETE pins/${backupId}`));
  });

  it('pins a backup with a reason', async () => {
    const { job_id: backupId } = sampleJob();
    let sent: unknown;
    fakeApi({
      ...ROUTES,
      'GET pins': { items: [] },
      [`PUT pins/${backupId}`]: (request: Request) => {
        void request.json().then(body => {
          sent = body;
        });
        return {};
      },
    });
    const { user } = renderPage(<HistoryPage />, { at: '/history' });
    await user.click(await screen.findByRole('button', { name: 'Actions for Nightly' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Pin…', hidden: true }));
    const dialog = await screen.findByRole('dialog', { name: 'Pin this backup' });
    await user.type(within(dialog).getByLabelText('Why is it kept?'), ' before the audit ');
    await user.click(within(dialog).getByRole('button', { name: 'Pin' }));
    await waitFor(() => expect(sent).toEqual({ reason: 'before the audit' }));
  });

  describe('with encrypted backups', () => {
    const [nightly, weekly, open] = ['1', '2', '3'].map(digit =>
      sampleJob().job_id.replaceAll('1', digit),
    ) as [string, string, string];
    const job = (id: string, name: string) => sampleJob({ job_id: id, backup_id: id, backup_name: name });
    const KEY = 'AGE-SECRET-KEY-1RIGHT';

    /** @returns what each verification was sent, by the backup's id */
    const lockedHistory = () => {
      const sent: Record<string, unknown[]> = {};
      const encrypted = { encryption: { recipients: ['age1…'], passphrase: false } };
      const verify = (id: string) => async (request: Request) => {
        const text = await request.text();
        (sent[id] ??= []).push(text === '' ? null : JSON.parse(text));
        return text.includes('OTHER')
          ? new FakeError(422, 'wrong_key', 'No key opens it.')
          : job(id, 'a check');
      };
      const items = [job(nightly, 'Nightly'), job(weekly, 'Weekly'), job(open, 'Open')];
      fakeApi({
        ...ROUTES,
        'GET history': { ...PAGE, items, total: 3, pages: 1 },
        [`GET backups/${nightly}`]: encrypted,
        [`GET backups/${weekly}`]: encrypted,
        [`GET backups/${open}`]: { encryption: null },
        ...Object.fromEntries(items.map(({ job_id }) => [`POST verify/${job_id}`, verify(job_id)])),
      });
      return sent;
    };
    const verifyFromMenu = async (name: string) => {
      const { user } = renderPage(<HistoryPage />, { at: '/history' });
      await user.click(await screen.findByRole('button', { name: `Actions for ${name}` }));
      await user.click(await screen.findByRole('menuitem', { name: 'Verify', hidden: true }));
      return user;
    };

    it('asks for the key of the one in a row, until it fits', async () => {
      const sent = lockedHistory();
      const user = await verifyFromMenu('Nightly');
      const dialog = within(await screen.findByRole('dialog', { name: 'Verify an encrypted backup' }));
      await user.type(dialog.getByLabelText('Secret key'), 'AGE-SECRET-KEY-1OTHER');
      await user.click(dialog.getByRole('button', { name: 'Verify' }));
      expect(await dialog.findByText(/This does not open the backup/)).toBeTruthy();
      await user.clear(dialog.getByLabelText('Secret key'));
      await user.type(dialog.getByLabelText('Secret key'), KEY);
      await user.click(dialog.getByRole('button', { name: 'Verify' }));
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
      expect(sent).toEqual({ [nightly]: [{ identity: 'AGE-SECRET-KEY-1OTHER' }, { identity: KEY }] });
    });

    it('lets the server try its own keys', async () => {
      const sent = lockedHistory();
      const user = await verifyFromMenu('Nightly');
      await user.click(await screen.findByRole('button', { name: 'Verify without a key' }));
      await waitFor(() => expect(sent).toEqual({ [nightly]: [null] }));
    });

    it('asks nothing about a backup that is open', async () => {
      const sent = lockedHistory();
      await verifyFromMenu('Open');
      await waitFor(() => expect(sent).toEqual({ [open]: [null] }));
      expect(screen.queryByRole('dialog')).toBeNull();
    });

    it('asks once for all that are selected, and gives the key to those that have need of one', async () => {
      const sent = lockedHistory();
      const { user } = renderPage(<HistoryPage />, { at: '/history' });
      await user.click(await screen.findByRole('checkbox', { name: 'Select all backups of this page' }));
      const actions = within(screen.getByRole('group', { name: 'With the selected backups' }));
      await user.click(actions.getByRole('button', { name: 'Verify' }));
      const dialog = within(await screen.findByRole('dialog', { name: 'Verify 2 encrypted backups' }));
      expect(dialog.getByText(/The key is tried on each of them/)).toBeTruthy();
      expect(sent).toEqual({});
      await user.type(dialog.getByLabelText('Secret key'), KEY);
      await user.click(dialog.getByRole('button', { name: 'Verify' }));
      await waitFor(() =>
        expect(sent).toEqual({
          [nightly]: [{ identity: KEY }],
          [weekly]: [{ identity: KEY }],
          [open]: [null],
        }),
      );
      await waitFor(() => expect(screen.queryByText('3 selected')).toBeNull());
    });
  });
});
