import type { Analysis } from '@satchel/api-client';
import type { RestoreOptions } from './restore-options.js';
import { FIRST_OPTIONS } from './restore-options.js';

/** Where the rows come from. */
export type RestoreSource =
  { readonly from: 'file'; readonly file: File } | { readonly from: 'backup'; readonly backupId: string };

export interface WizardState {
  readonly step: 'choose' | 'analyze' | 'plan';
  readonly source: RestoreSource | null;
  readonly options: RestoreOptions;
  /** The newest plan that there is; it stays while another one is being made. */
  readonly analysis: Analysis | null;
  /** What `analysis` was made with. */
  readonly planned: RestoreOptions;
  /** Whether that is what the options say now. */
  readonly current: boolean;
  /** What is being sent, in bytes. */
  readonly sent: { readonly bytes: number; readonly total: number } | null;
  readonly error: unknown;
}

export type WizardEvent =
  | { readonly type: 'chosen'; readonly source: RestoreSource }
  | { readonly type: 'sending'; readonly bytes: number; readonly total: number }
  | { readonly type: 'analyzed'; readonly analysis: Analysis }
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'stopped' }
  | { readonly type: 'changed'; readonly options: RestoreOptions }
  | { readonly type: 'again' }
  | { readonly type: 'back' };

export const FIRST_STATE: WizardState = {
  step: 'choose',
  source: null,
  options: FIRST_OPTIONS,
  planned: FIRST_OPTIONS,
  analysis: null,
  current: false,
  sent: null,
  error: null,
};

/**
 * What follows from what, up to the moment a restore is asked for. Pure. Nothing that somebody has chosen is lost by an error:
 * file and options stay, and the way leads back to where it went wrong.
 */
export function nextWizardState(state: WizardState, event: WizardEvent): WizardState {
  switch (event.type) {
    case 'chosen':
      return {
        ...FIRST_STATE,
        options: { ...state.options, restricted: [] },
        step: 'analyze',
        source: event.source,
      };
    case 'sending':
      return { ...state, sent: { bytes: event.bytes, total: event.total } };
    case 'analyzed':
      return {
        ...state,
        step: 'plan',
        analysis: event.analysis,
        planned: state.options,
        current: true,
        sent: null,
        error: null,
      };
    case 'failed':
      return {
        ...state,
        step: state.analysis === null ? 'analyze' : 'plan',
        current: false,
        sent: null,
        error: event.error,
      };
    case 'stopped':
      // The plan that is on the screen counts again, and so do its options.
      return state.analysis === null
        ? { ...state, step: 'choose', sent: null, error: null }
        : { ...state, step: 'plan', options: state.planned, current: true, sent: null, error: null };
    case 'changed':
      return { ...state, options: event.options, current: false, error: null };
    case 'again':
      // What was uploaded is gone once a job has used it.
      return {
        ...state,
        step: state.analysis === null ? 'analyze' : state.step,
        analysis: state.analysis && { ...state.analysis, upload_id: null },
        current: false,
        sent: null,
        error: null,
      };
    case 'back':
      return { ...FIRST_STATE, options: state.options };
  }
}

/** Whether the restore may be asked for: the plan on the screen is the plan, and nothing forbids it. */
export function mayRestore({ step, analysis, current, options }: WizardState): boolean {
  if (step !== 'plan' || analysis === null || !current) return false;
  return !analysis.needs.allow_missing || options.allowMissing;
}
