import type { DuplicateStrategy, RestoreMode } from '../../lib/contract.js';

/** What a person can choose of how a restore goes. */
export interface RestoreOptions {
  readonly mode: RestoreMode;
  readonly duplicateStrategy: DuplicateStrategy;
  readonly allowMissing: boolean;
  /** Tables that grant power, asked for by name. */
  readonly restricted: readonly string[];
}

/** The careful choice: nothing is deleted. */
export const FIRST_OPTIONS: RestoreOptions = {
  mode: 'merge',
  duplicateStrategy: 'update',
  allowMissing: false,
  restricted: [],
};
