import { describe, expect, it } from 'vitest';
import { sampleAnalysis } from '../../testing/samples.js';
import { FIRST_STATE, mayRestore, nextWizardState } from './wizard-state.js';
import type { WizardEvent, WizardState } from './wizard-state.js';

const file = new File(['{}'], 'students.json');
const analysis = sampleAnalysis();

function after(...events: readonly WizardEvent[]): WizardState {
  return events.reduce(nextWizardState, FIRST_STATE);
}

const chosen: WizardEvent = { type: 'chosen', source: { from: 'file', file } };
const analyzed: WizardEvent = { type: 'analyzed', analysis };
const failed: WizardEvent = { type: 'failed', error: new Error('away') };

describe('the way to a restore', () => {
  it('leads from a file over its analysis to a plan that can be agreed to', () => {
    expect(after(chosen).step).toBe('analyze');
    expect(mayRestore(after(chosen))).toBe(false);
    expect(mayRestore(after(chosen, analyzed))).toBe(true);
  });

  it('keeps the file when it could not be looked into', () => {
    const state = after(chosen, { type: 'sending', bytes: 10, total: 100 }, failed);
    expect(state).toMatchObject({ step: 'analyze', source: { file }, sent: null });
    expect(after(chosen, failed, { type: 'again' })).toMatchObject({ step: 'analyze', error: null });
  });

  it('does not let an old plan be agreed to once other options are wished for', () => {
    const options = { ...FIRST_STATE.options, mode: 'replace' as const };
    const changed = after(chosen, analyzed, { type: 'changed', options });
    expect(changed).toMatchObject({ step: 'plan', analysis, current: false });
    expect(mayRestore(changed)).toBe(false);
    expect(mayRestore(nextWizardState(changed, analyzed))).toBe(true);
  });

  it('keeps plan and options when the new plan fails', () => {
    const options = { ...FIRST_STATE.options, mode: 'replace' as const };
    const state = after(chosen, analyzed, { type: 'changed', options }, failed);
    expect(state).toMatchObject({ step: 'plan', options, analysis });
    expect(mayRestore(state)).toBe(false);
  });

  it('goes back to what was planned when the new plan is stopped', () => {
    const options = { ...FIRST_STATE.options, mode: 'replace' as const };
    const state = after(chosen, analyzed, { type: 'changed', options }, { type: 'stopped' });
    expect(state).toMatchObject({ step: 'plan', options: FIRST_STATE.options, current: true });
  });

  it('sends the file again after a job has used it up', () => {
    const state = after(chosen, analyzed, { type: 'again' });
    expect(state).toMatchObject({ step: 'plan', source: { file }, current: false });
    expect(state.analysis?.upload_id).toBeNull();
  });

  it('asks before it goes on without what the database lacks', () => {
    const lacking = sampleAnalysis({ needs: { allow_missing: true, restricted: [] } });
    const state = after(chosen, { type: 'analyzed', analysis: lacking });
    expect(mayRestore(state)).toBe(false);
    expect(mayRestore({ ...state, options: { ...state.options, allowMissing: true } })).toBe(true);
  });

  it('forgets tables that give power when another file is chosen', () => {
    const options = { ...FIRST_STATE.options, restricted: ['public.users_customuser'] };
    expect(after(chosen, analyzed, { type: 'changed', options }, chosen).options.restricted).toEqual([]);
  });
});
