import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeApi, FakeError } from '../../testing/fake-api.js';
import { renderPage } from '../../testing/render-page.js';
import { sampleJob } from '../../testing/samples.js';
import { SchedulesPage } from './schedules.page.js';

const JOB = sampleJob({ state: 'failed' });
const NIGHTLY = {
  schedule_id: '33333333-3333-4333-8333-333333333333',
  name: 'nightly',
  backup_type: 'full',
  cron: '30 2 * * *',
  time_zone: 'Asia/Kolkata',
  compression: 'zstd',
  destinations: null,
  unknown_destinations: [],
  paused: false,
  next_run_at: '2026-03-01T21:00:00.000Z',
  next_runs: [],
  last_run_at: '2026-02-28T21:00:00.000Z',
  last_job_id: JOB.job_id,
  created_by: 'admin',
  created_at: '2026-02-01T09:00:00.000Z',
};
const ROUTES = {
  'GET schedules': { items: [NIGHTLY], time_zone: 'Asia/Kolkata', destinations: ['local'] },
  'GET types': { items: [] },
  [`GET status/${JOB.job_id}`]: JOB,
  'GET schedules/preview': { time_zone: 'Asia/Kolkata', next_runs: ['2026-03-01T21:00:00.000Z'] },
};
/** A browser's own variant of English decides how it is written. */
const BY_THE_ZONES_CLOCK = /^Mon.*0?2:30/;
const WRONG = new FakeError(400, 'validation_error', 'There is no hour 25.', { parameter: 'cron' });

async function openForm() {
  const view = renderPage(<SchedulesPage />);
  await screen.findByText('nightly');
  await view.user.click(screen.getByRole('button', { name: 'Add a schedule' }));
  return { ...view, dialog: await screen.findByRole('dialog', { name: 'Add a schedule' }) };
}

describe('the schedules', () => {
  it('says when each runs and how the last run ended', async () => {
    fakeApi(ROUTES);
    renderPage(<SchedulesPage />);
    expect(await screen.findByText(/^every day at 0?2:30/)).toBeTruthy();
    expect(screen.getByText(BY_THE_ZONES_CLOCK)).toBeTruthy();
    expect(await screen.findByText('Failed')).toBeTruthy();
  });

  it('offers nothing that one may not do', async () => {
    fakeApi(ROUTES);
    renderPage(<SchedulesPage />, { permissions: ['backup.view_backupjob'] });
    await screen.findByText('nightly');
    expect(screen.queryByRole('button', { name: 'Add a schedule' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Actions for nightly' })).toBeNull();
  });

  it('shows the next times of what is being typed, and adds it', async () => {
    let sent: unknown;
    const api = fakeApi({
      ...ROUTES,
      'POST schedules': (request: Request) => {
        void request.json().then(body => {
          sent = body;
        });
        return NIGHTLY;
      },
    });
    const { user, dialog } = await openForm();
    expect(await within(dialog).findByText(BY_THE_ZONES_CLOCK)).toBeTruthy();
    await user.selectOptions(within(dialog).getByLabelText('How often'), 'On days of the week');
    await user.click(within(dialog).getByRole('checkbox', { name: 'Friday' }));
    await user.click(within(dialog).getByRole('checkbox', { name: 'Sunday' }));
    await waitFor(() =>
      expect(api.asked).toContain('GET schedules/preview?cron=30%202%20*%20*%20FRI&time_zone=Asia%2FKolkata'),
    );
    await user.type(within(dialog).getByLabelText('Name'), 'weekly');
    await user.click(within(dialog).getByRole('button', { name: 'Add a schedule' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(sent).toEqual({
      name: 'weekly',
      backup_type: 'full',
      cron: '30 2 * * FRI',
      time_zone: 'Asia/Kolkata',
      compression: 'zstd',
      destinations: null,
    });
  });

  describe('with several destinations', () => {
    const NEAR = {
      ...NIGHTLY,
      name: 'near',
      destinations: ['local', 'usb', 'tape'],
      unknown_destinations: ['tape'],
    };
    const several = (schedule: object, destinations = ['local', 'usb', 'cloud']) => {
      const sent: unknown[] = [];
      const save = (request: Request) => {
        void request.json().then(body => sent.push((body as { destinations: unknown }).destinations));
        return NIGHTLY;
      };
      fakeApi({
        ...ROUTES,
        'GET schedules': { items: [schedule], time_zone: 'Asia/Kolkata', destinations },
        [`PATCH schedules/${NIGHTLY.schedule_id}`]: save,
      });
      return sent;
    };
    const edit = async (name: string) => {
      const { user } = renderPage(<SchedulesPage />);
      await user.click(await screen.findByRole('button', { name: `Actions for ${name}` }));
      await user.click(await screen.findByRole('menuitem', { name: 'Edit', hidden: true }));
      const dialog = within(await screen.findByRole('dialog', { name: 'Edit schedule' }));
      const save = async () => {
        await user.click(dialog.getByRole('button', { name: 'Save' }));
        await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
      };
      return { user, dialog, save };
    };

    it('keeps backups everywhere, or in the primary and where one says', async () => {
      const sent = several(NIGHTLY);
      const { user, dialog, save } = await edit('nightly');
      expect(dialog.queryByRole('checkbox', { name: 'local' })).toBeNull();
      await user.click(dialog.getByRole('radio', { name: 'Only in these' }));
      const primary = dialog.getByRole('checkbox', { name: 'local' });
      expect(primary).toMatchObject({ checked: true, disabled: true });
      expect(dialog.getByText('Always: backups are made here first.')).toBeTruthy();
      await user.click(dialog.getByRole('checkbox', { name: 'cloud' }));
      await save();
      expect(sent).toEqual([['local', 'usb']]);
    });

    it('says which destination the settings have lost, and lets it go', async () => {
      const sent = several(NEAR);
      const { user, dialog, save } = await edit('near');
      expect(screen.getByText('only in local, usb')).toBeTruthy();
      expect(screen.getByText('no longer in the settings: tape')).toBeTruthy();
      expect(dialog.getByText('Not in the settings any more: it is passed over.')).toBeTruthy();
      await user.click(dialog.getByRole('checkbox', { name: 'tape' }));
      await save();
      expect(sent).toEqual([['local', 'usb']]);
    });

    it('says beside the choice that a place is not there', async () => {
      const gone = 'There is no destination "usb".';
      fakeApi({
        ...ROUTES,
        'GET schedules': {
          items: [NEAR],
          time_zone: 'Asia/Kolkata',
          destinations: ['local', 'usb', 'cloud'],
        },
        [`PATCH schedules/${NIGHTLY.schedule_id}`]: new FakeError(400, 'validation_error', gone, {
          parameter: 'destinations',
          value: 'usb',
        }),
      });
      const { user, dialog } = await edit('near');
      await user.click(dialog.getByRole('button', { name: 'Save' }));
      expect((await dialog.findByRole('alert')).textContent).toBe(gone);
      expect(
        dialog.getByRole('group', { name: 'Where its backups are kept', description: gone }),
      ).toBeTruthy();
      await user.click(dialog.getByRole('checkbox', { name: 'usb' }));
      expect(dialog.queryByRole('alert')).toBeNull();
    });

    it('goes back to all', async () => {
      const sent = several(NEAR);
      const { user, dialog, save } = await edit('near');
      await user.click(dialog.getByRole('radio', { name: 'Everywhere' }));
      await save();
      expect(sent).toEqual([null]);
    });

    it('has nothing to choose with one, and leaves what was chosen', async () => {
      const sent = several({ ...NIGHTLY, destinations: ['local'] }, ['local']);
      const { dialog, save } = await edit('nightly');
      expect(dialog.queryByText('Where its backups are kept')).toBeNull();
      await save();
      expect(sent).toEqual([['local']]);
    });
  });

  it('says beside the field what is wrong with it', async () => {
    fakeApi({ ...ROUTES, 'POST schedules': new FakeError(409, 'conflict', 'There is one called nightly.') });
    const { user, dialog } = await openForm();
    await user.type(within(dialog).getByLabelText('Name'), 'nightly');
    await user.click(within(dialog).getByRole('button', { name: 'Add a schedule' }));
    const name = within(dialog).getByLabelText('Name');
    await waitFor(() => expect(name.getAttribute('aria-invalid')).toBe('true'));
    expect(within(dialog).getByText('There is one called nightly.')).toBeTruthy();
  });

  it('does not add what cannot be read as a timetable', async () => {
    fakeApi({ ...ROUTES, 'GET schedules/preview': WRONG });
    const { user, dialog } = await openForm();
    await user.type(within(dialog).getByLabelText('Name'), 'odd');
    await user.selectOptions(within(dialog).getByLabelText('How often'), 'Something else (cron)');
    expect(await within(dialog).findByText('There is no hour 25.')).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Add a schedule' })).toHaveProperty('disabled', true);
  });

  it('asks before it removes one', async () => {
    const api = fakeApi({ ...ROUTES, [`DELETE schedules/${NIGHTLY.schedule_id}`]: {} });
    const { user } = renderPage(<SchedulesPage />);
    await user.click(await screen.findByRole('button', { name: 'Actions for nightly' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Remove', hidden: true }));
    const dialog = await screen.findByRole('dialog', { name: 'Remove the schedule “nightly”?' });
    await user.click(within(dialog).getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(api.asked).toContain(`DELETE schedules/${NIGHTLY.schedule_id}`));
  });
});
