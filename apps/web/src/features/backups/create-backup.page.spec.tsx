import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeApi, FakeError } from '../../testing/fake-api.js';
import { renderPage } from '../../testing/render-page.js';
import { sampleJob } from '../../testing/samples.js';
import { CreateBackupPage } from './create-backup.page.js';

const table = { schema: 'public', name: 'students_student', estimated_rows: 500, size_bytes: 1 };
const TYPES = {
  items: [
    { backup_type: 'full', title: 'Everything', estimated_rows: 276_327, size_bytes: 1, tables: [table] },
    { backup_type: 'students', title: 'Students', estimated_rows: 500, size_bytes: 1, tables: [table] },
  ],
};

describe('the page that makes a backup', () => {
  it('says what is in each type', async () => {
    fakeApi({ 'GET types': TYPES });
    renderPage(<CreateBackupPage />);
    expect(await screen.findByRole('radio', { name: 'Students' })).toBeTruthy();
    expect(screen.getByText('About 276,327 rows')).toBeTruthy();
    expect(screen.getAllByText('500 students')).toHaveLength(2);
  });

  it('checks the name as one types', async () => {
    fakeApi({ 'GET types': TYPES });
    const { user } = renderPage(<CreateBackupPage />);
    await user.type(screen.getByLabelText('Name (optional)'), 'term 1/2');
    expect(screen.getByText('“/” cannot be in a name.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Create Backup' })).toHaveProperty('disabled', true);
  });

  it('sends what was chosen, and shows the job under an address of its own', async () => {
    const job = sampleJob({ state: 'running', finished_at: null });
    let sent: unknown;
    fakeApi({
      'GET types': TYPES,
      'POST create': (request: Request) => {
        void request.json().then(body => {
          sent = body;
        });
        return job;
      },
      [`GET status/${job.job_id}`]: job,
    });
    const { user, address } = renderPage(<CreateBackupPage />);
    await user.click(await screen.findByRole('radio', { name: 'Students' }));
    await user.type(screen.getByLabelText('Name (optional)'), ' Month end ');
    await user.click(screen.getByRole('button', { name: 'Create Backup' }));
    expect(await screen.findByRole('progressbar')).toBeTruthy();
    expect(sent).toEqual({ backup_type: 'students', backup_name: 'Month end', compression: 'zstd' });
    expect(address()).toBe(`/?job=${job.job_id}`);
  });

  describe('with several destinations', () => {
    const job = sampleJob({ state: 'running', finished_at: null });
    const SEVERAL = {
      'GET types': TYPES,
      'GET schedules': { items: [], time_zone: 'Asia/Kolkata', destinations: ['local', 'usb', 'cloud'] },
      [`GET status/${job.job_id}`]: job,
    };

    it('keeps the backup where one says', async () => {
      let sent: unknown;
      fakeApi({
        ...SEVERAL,
        'POST create': async (request: Request) => {
          sent = await request.json();
          return job;
        },
      });
      const { user } = renderPage(<CreateBackupPage />);
      const places = within(await screen.findByRole('group', { name: 'Where it is kept' }));
      await user.click(places.getByRole('radio', { name: 'Only in these' }));
      await user.click(places.getByRole('checkbox', { name: 'cloud' }));
      await user.click(screen.getByRole('button', { name: 'Create Backup' }));
      expect(await screen.findByRole('progressbar')).toBeTruthy();
      expect(sent).toEqual({ backup_type: 'full', compression: 'zstd', destinations: ['local', 'usb'] });
    });

    it('says beside the choice that a place is not there', async () => {
      const gone = new FakeError(400, 'validation_error', 'There is no destination "usb".', {
        parameter: 'destinations',
      });
      fakeApi({ ...SEVERAL, 'POST create': gone });
      const { user } = renderPage(<CreateBackupPage />);
      const places = within(await screen.findByRole('group', { name: 'Where it is kept' }));
      await user.click(screen.getByRole('button', { name: 'Create Backup' }));
      expect((await places.findByRole('alert')).textContent).toBe(gone.message);
      expect(screen.getAllByRole('alert')).toHaveLength(1);
    });

    it('has nothing to choose with one, and asks for nothing that one may not see', async () => {
      const api = fakeApi(SEVERAL);
      renderPage(<CreateBackupPage />, { permissions: ['backup.add_backupjob'] });
      await screen.findByRole('radio', { name: 'Students' });
      expect(screen.queryByText('Where it is kept')).toBeNull();
      expect(api.asked).not.toContain('GET schedules');
    });
  });

  it('says why a backup was not started', async () => {
    fakeApi({ 'GET types': TYPES, 'POST create': new FakeError(503, 'unavailable', 'The queue is away.') });
    const { user } = renderPage(<CreateBackupPage />);
    await user.click(screen.getByRole('button', { name: 'Create Backup' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The queue is away.');
  });
});
