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
});
