import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeApi, FakeError } from '../../testing/fake-api.js';
import { renderPage } from '../../testing/render-page.js';
import { sampleAnalysis } from '../../testing/samples.js';
import { RestoreDataPage } from './restore-data.page.js';

const BACKUP_ID = '11111111-1111-4111-8111-111111111111';
const WRONG = new FakeError(422, 'wrong_key', 'No key that was given opens it.');

describe('an encrypted backup', () => {
  it('asks for its key, says when that is another one’s, and opens with the right one', async () => {
    const sent: (FormDataEntryValue | null)[] = [];
    let asked = 0;
    fakeApi({
      'POST restore/analyze': (request: Request) => {
        void request.formData().then(form => sent.push(form.get('identity')));
        asked += 1;
        return asked < 3 ? WRONG : sampleAnalysis();
      },
    });
    const { user } = renderPage(<RestoreDataPage />, { at: `/restore?backup=${BACKUP_ID}` });
    const field = await screen.findByLabelText('Secret key');
    await user.type(field, 'not a key');
    await user.click(screen.getByRole('button', { name: 'Open it' }));
    expect(screen.getByText(/That is no secret key/)).toBeTruthy();
    await user.clear(field);
    await user.type(field, 'AGE-SECRET-KEY-1OTHER');
    await user.click(screen.getByRole('button', { name: 'Open it' }));
    expect(await screen.findByText(/This does not open the backup/)).toBeTruthy();
    const again = screen.getByLabelText<HTMLTextAreaElement>('Secret key');
    expect(again.value).toBe('AGE-SECRET-KEY-1OTHER');
    await user.clear(again);
    await user.type(again, 'AGE-SECRET-KEY-1RIGHT');
    await user.click(screen.getByRole('button', { name: 'Open it' }));
    expect(await screen.findByText('What would change')).toBeTruthy();
    await waitFor(() => expect(sent).toEqual([null, 'AGE-SECRET-KEY-1OTHER', 'AGE-SECRET-KEY-1RIGHT']));
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('AGE-SECRET-KEY');
  });
});
