import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeApi } from '../../testing/fake-api.js';
import { renderPage } from '../../testing/render-page.js';
import { sampleJob } from '../../testing/samples.js';
import { CleanupPage } from './cleanup.page.js';

function pruned(number: number, outcome: string, ...reasons: string[]) {
  return {
    backup_id: `${number}`.repeat(8),
    backup_type: 'full',
    file: `backup-${number}.json.zst`,
    finished_at: '2026-02-01T02:15:04.000Z',
    size_bytes: 4_000_000,
    outcome,
    reasons,
  };
}

function planOf(days: number) {
  const gone = pruned(
    2,
    'would be deleted',
    `older than ${days} days, and no rule keeps it`,
    'could not be deleted once since 2026-02-20 02:15 UTC; tried again after 2026-02-20 03:15 UTC',
  );
  return {
    plan: {
      days,
      would_delete: 1,
      kept: 1,
      freed_bytes: 4_000_000,
      backups: [pruned(1, 'kept', 'newest of week 9 of 2026'), gone],
    },
    job: null,
  };
}

const ROUTES = { 'POST cleanup': planOf(30) };

describe('the clean-up', () => {
  it('says of each backup why it goes or stays, with those that go first', async () => {
    fakeApi(ROUTES);
    renderPage(<CleanupPage />);
    const [, first, second] = await screen.findAllByRole('row');
    expect(first?.textContent).toContain('older than 30 days, and no rule keeps it');
    expect(first?.textContent).toContain('could not be deleted once since');
    expect(second?.textContent).toContain('newest of week 9 of 2026');
    expect(screen.getByText('One backup could not be deleted before')).toBeTruthy();
  });

  it('deletes what it has shown, once that is agreed to', async () => {
    const api = fakeApi(ROUTES);
    const { user } = renderPage(<CleanupPage />);
    await user.click(await screen.findByRole('button', { name: 'Delete 1 backup' }));
    const dialog = await screen.findByRole('dialog', { name: 'Delete 1 backup?' });
    const sent: unknown[] = [];
    api.routes['POST cleanup'] = (request: Request) => {
      void request.json().then(body => sent.push(body));
      return { plan: null, job: sampleJob({ kind: 'cleanup', state: 'pending' }) };
    };
    await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(sent).toEqual([{ days: 30, dry_run: false }]));
  });

  it('is not for those who may not delete', async () => {
    const api = fakeApi(ROUTES);
    renderPage(<CleanupPage />, { permissions: ['backup.view_backupjob'] });
    expect(await screen.findByText('You may not open this page')).toBeTruthy();
    expect(api.asked).toEqual([]);
  });
});
