import { screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { renderPage } from '../../../testing/render-page.js';
import { sampleAnalysis } from '../../../testing/samples.js';
import { ConfirmRestore } from './confirm-restore.js';

const never = () => undefined;

describe('the last question before a restore', () => {
  it('says what will be deleted, and wants a replacement typed', async () => {
    const onConfirm = vi.fn<() => void>();
    const { user } = renderPage(
      <ConfirmRestore
        opened
        analysis={sampleAnalysis()}
        busy={false}
        onClose={never}
        onConfirm={onConfirm}
      />,
    );
    const dialog = await screen.findByRole('dialog', { name: 'Replace the data by this backup?' });
    expect(dialog.textContent).toContain('This will be deleted30 attendance entries and 3 fee payments');
    const button = screen.getByRole('button', { name: 'Restore now' });
    expect(button).toHaveProperty('disabled', true);
    await user.type(screen.getByLabelText('Type “replace” to go on'), 'Replace');
    await user.click(button);
    expect(onConfirm).toHaveBeenCalledOnce();
  });

  it('asks no such thing where nothing is deleted', async () => {
    const analysis = sampleAnalysis();
    const plan = {
      ...analysis.plan,
      mode: 'merge' as const,
      tables: analysis.plan.tables.map(table => ({ ...table, deleted: 0 })),
    };
    renderPage(
      <ConfirmRestore
        opened
        analysis={{ ...analysis, plan }}
        busy={false}
        onClose={never}
        onConfirm={never}
      />,
    );
    await screen.findByRole('dialog', { name: 'Restore this backup?' });
    expect(screen.queryByText('This will be deleted')).toBeNull();
    expect(screen.getByRole('button', { name: 'Restore now' })).toHaveProperty('disabled', false);
  });
});
