import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeApi } from '../../testing/fake-api.js';
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
});
