import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeApi } from '../../../testing/fake-api.js';
import { renderPage } from '../../../testing/render-page.js';
import { sampleJob } from '../../../testing/samples.js';
import { BackupCopies } from './backup-copies.js';

const { job_id: BACKUP_ID } = sampleJob();
const COPY = {
  destination: 'local',
  state: 'stored',
  stored_at: null,
  verified_at: null,
  next_try_at: null,
  error: null,
};

function showCopies(destinations: readonly string[] | null) {
  fakeApi({
    [`GET backups/${BACKUP_ID}`]: {
      copies: [COPY],
      destinations,
      encryption: { recipients: [], passphrase: true },
    },
    'GET schedules': { items: [], time_zone: 'UTC', destinations: ['local', 'usb', 'cloud'] },
  });
  renderPage(<BackupCopies backupId={BACKUP_ID} />);
}

describe('the copies of a backup', () => {
  it('names the destinations that it was left out of', async () => {
    showCopies(['usb']);
    expect(
      await screen.findByText('Encrypted with a passphrase · Not kept in cloud, as was chosen.'),
    ).toBeTruthy();
  });

  it('has nothing to say of one that is kept everywhere', async () => {
    showCopies(null);
    expect(await screen.findByText('Encrypted with a passphrase')).toBeTruthy();
  });
});
