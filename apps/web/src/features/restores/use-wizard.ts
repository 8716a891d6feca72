import { useCallback, useEffect, useReducer, useRef } from 'react';
import { analyzeBackup } from './api/analyze-backup.js';
import type { RestoreOptions } from './restore-options.js';
import { FIRST_STATE, nextWizardState } from './wizard-state.js';
import type { RestoreSource, WizardState } from './wizard-state.js';

export interface Wizard {
  readonly state: WizardState;
  readonly choose: (source: RestoreSource) => void;
  readonly change: (options: RestoreOptions) => void;
  readonly again: () => void;
  readonly stop: () => void;
  readonly back: () => void;
}

/** Drives the restore up to its plan: sends, has it looked into, and does so anew when options change. */
export function useWizard(): Wizard {
  const [state, dispatch] = useReducer(nextWizardState, FIRST_STATE);
  const running = useRef<AbortController | null>(null);

  const analyze = useCallback((source: RestoreSource, options: RestoreOptions, uploadId: string | null) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    const onProgress = (bytes: number, total: number) => dispatch({ type: 'sending', bytes, total });
    analyzeBackup(source, options, uploadId, { signal: control.signal, onProgress }).then(
      analysis => {
        if (!control.signal.aborted) dispatch({ type: 'analyzed', analysis });
      },
      (error: unknown) => {
        if (!control.signal.aborted) dispatch({ type: 'failed', error });
      },
    );
  }, []);

  useEffect(() => () => running.current?.abort(), []);

  return {
    state,
    choose: source => {
      dispatch({ type: 'chosen', source });
      analyze(source, { ...state.options, restricted: [] }, null);
    },
    change: options => {
      dispatch({ type: 'changed', options });
      // Whether missing things are allowed is asked only when it comes to the restore.
      const samePlan = { ...options, allowMissing: state.options.allowMissing };
      if (state.current && JSON.stringify(samePlan) === JSON.stringify(state.options)) {
        if (state.analysis) dispatch({ type: 'analyzed', analysis: state.analysis });
      } else if (state.source) analyze(state.source, options, state.analysis?.upload_id ?? null);
    },
    again: () => {
      dispatch({ type: 'again' });
      if (state.source) analyze(state.source, state.options, null);
    },
    stop: () => {
      running.current?.abort();
      dispatch({ type: 'stopped' });
    },
    back: () => {
      running.current?.abort();
      dispatch({ type: 'back' });
    },
  };
}
