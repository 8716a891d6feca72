import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Allowed } from '../../../lib/permission.js';
import { renderPage } from '../../../testing/render-page.js';
import { NeedsPermission } from './missing-permission.js';

const page = (
  <NeedsPermission permission="backup.add_restorejob" title="Restore Data">
    <h1>Restore Data</h1>
    <Allowed permission="backup.delete_backupjob">
      <button type="button">Delete</button>
    </Allowed>
  </NeedsPermission>
);

describe('what a person may not do', () => {
  it('is said, with the permission that is missing', () => {
    renderPage(page, { permissions: ['backup.view_backupjob'] });
    expect(screen.getByRole('heading', { level: 1, name: 'Restore Data' })).toBeTruthy();
    expect(screen.getByText('You may not open this page')).toBeTruthy();
    expect(screen.getByText('backup.add_restorejob')).toBeTruthy();
  });

  it('is not offered on a page that they may open', () => {
    renderPage(page, { permissions: ['backup.add_restorejob'] });
    expect(screen.queryByText('You may not open this page')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull();
  });

  it('is offered to who may', () => {
    renderPage(page, { permissions: ['backup.add_restorejob', 'backup.delete_backupjob'] });
    expect(screen.getByRole('button', { name: 'Delete' })).toBeTruthy();
  });
});
