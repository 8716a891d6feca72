import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeApi, FakeError } from '../../testing/fake-api.js';
import { renderPage } from '../../testing/render-page.js';
import { AlarmsPage } from './alarms.page.js';

const ALARM = {
  alarm_id: '44444444-4444-4444-8444-444444444444',
  kind: 'backup_failed',
  subject: 'full',
  title: 'The backup of Everything failed',
  lines: ['The disk is full.', 'Make room, then run it again.'],
  facts: {},
  open: true,
  opened_at: '2026-03-01T02:15:00.000Z',
  last_seen_at: '2026-03-01T02:15:00.000Z',
  times_seen: 1,
  acknowledged_at: null,
  acknowledged_by: null,
  resolved_at: null,
  deliveries: [],
};
const CHANNEL = {
  channel: 'slack',
  target: 'hooks.example',
  last_delivered_at: '2026-03-01T02:00:00.000Z',
  last_problem_at: '2026-03-01T03:00:00.000Z',
  last_problem: 'The receiver is out of reach.',
  failures: 1,
  pending: 0,
};
const page = (...items: unknown[]) => ({ items, total: items.length, page: 1, page_size: 25, pages: 1 });
const ROUTES = { 'GET alarms': page(ALARM), 'GET alarms/channels': [CHANNEL] };

describe('the alarms', () => {
  it('says what is wrong and what to do, and is acknowledged', async () => {
    const api = fakeApi({ ...ROUTES, [`POST alarms/${ALARM.alarm_id}/acknowledge`]: ALARM });
    const { user } = renderPage(<AlarmsPage />);
    expect(await screen.findByRole('heading', { name: ALARM.title })).toBeTruthy();
    expect(screen.getByText('Make room, then run it again.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: `Acknowledge: ${ALARM.title}` }));
    await waitFor(() => expect(api.asked).toContain(`POST alarms/${ALARM.alarm_id}/acknowledge`));
  });

  it('says of a channel whose last message failed that it does not get through', async () => {
    fakeApi(ROUTES);
    renderPage(<AlarmsPage />);
    expect(await screen.findByText('Does not get through')).toBeTruthy();
    expect(screen.getByText('The receiver is out of reach.')).toBeTruthy();
  });

  it('says by which channel a test did not get through', async () => {
    const tested = { channel: 'slack', target: 'hooks.example', delivered: false, problem: 'no connection' };
    fakeApi({ ...ROUTES, 'POST alarms/test': [tested] });
    const { user } = renderPage(<AlarmsPage />);
    await user.click(await screen.findByRole('button', { name: 'Send a test' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Slack: no connection');
  });

  it('offers neither a test nor an acknowledgement to those who may only look', async () => {
    fakeApi({ ...ROUTES, 'POST alarms/test': new FakeError(403, 'permission_error', 'Not allowed.') });
    renderPage(<AlarmsPage />, { permissions: ['backup.view_backupjob'] });
    await screen.findByText('Does not get through');
    expect(screen.queryAllByRole('button', { name: /Acknowledge|Send a test/ })).toEqual([]);
  });

  it('keeps in the address which alarms are shown', async () => {
    const api = fakeApi(ROUTES);
    const { user, address } = renderPage(<AlarmsPage />, { at: '/alarms' });
    await user.click(await screen.findByRole('radio', { name: 'Past' }));
    await waitFor(() => expect(address()).toBe('/alarms?state=past'));
    expect(api.asked).toContain('GET alarms?state=past&page=1&page_size=25&language=en');
  });
});
