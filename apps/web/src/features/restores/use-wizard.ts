import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { BackupKey } from '../../lib/backup-key.js';
import { analyzeBackup } from './api/analyze-backup.js';
import type { RestoreOptions } from './restore-options.js';
import { FIRST_STATE, nextWizardState } from './wizard-state.js';
import type { RestoreSource, WizardState } from './wizard-state.js';

export interface Wizard {
  readonly state: WizardState;
  /** What was given to open the backup with; it goes with the page. */
  readonly key: BackupKey | null;
  /** Tries to open the backup with a key, or with another one. */
  readonly unlock: (key: BackupKey) => void;
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
  const [key, setKey] = useState<BackupKey | null>(null);

  const analyze = useCallback(
    (source: RestoreSource, options: RestoreOptions, key: BackupKey | null, uploadId: string | null) => {
      running.current?.abort();
      const control = new AbortController();
      running.current = control;
      const onProgress = (bytes: number, total: number) => dispatch({ type: 'sending', bytes, total });
      analyzeBackup(source, options, key, uploadId, { signal: control.signal, onProgress }).then(
        analysis => {
          if (!control.signal.aborted) dispatch({ type: 'analyzed', analysis });
        },
        (error: unknown) => {
          if (!control.signal.aborted) dispatch({ type: 'failed', error });
        },
      );
    },
    [],
  );

  useEffect(() => () => running.current?.abort(), []);

  return {
    state,
    key,
    unlock: given => {
      setKey(given);
      dispatch({ type: 'again' });
      if (state.source) analyze(state.source, state.options, given, null);
    },
    choose: source => {
      // A key is of one backup.
      setKey(null);
      dispatch({ type: 'chosen', source });
      analyze(source, { ...state.options, restricted: [] }, null, null);
    },
    change: options => {
      dispatch({ type: 'changed', options });
      // Whether missing things are allowed is asked only when it comes to the restore.
      const samePlan = { ...options, allowMissing: state.options.allowMissing };
      if (state.current && JSON.stringify(samePlan) === JSON.stringify(state.options)) {
        if (state.analysis) dispatch({ type: 'analyzed', analysis: state.analysis });
      } else if (state.source) analyze(state.source, options, key, state.analysis?.upload_id ?? null);
    },
    again: () => {
      dispatch({ type: 'again' });
      if (state.source) analyze(state.source, state.options, key, null);
    },
    stop: () => {
      running.current?.abort();
      dispatch({ type: 'stopped' });
    },
    back: () => {
      running.current?.abort();
      setKey(null);
      dispatch({ type: 'back' });
    },
  };
}
