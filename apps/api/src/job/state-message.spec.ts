import type { JobKind, JobState } from '@satchel/domain';
import { expect, it } from 'vitest';
import { stateMessage } from './state-message.js';

it.each<[JobKind, JobState, string]>([
  ['backup', 'success', 'The backup is done.'],
  ['restore', 'failed', 'The restore has failed.'],
  ['undo', 'running', 'The undo is running.'],
  ['verify', 'pending', 'The verification is waiting to start.'],
  ['cleanup', 'cancelled', 'The cleanup was stopped.'],
])('says of a %s that is %s: "%s"', (kind, state, sentence) => {
  expect(stateMessage({ kind, state })).toBe(sentence);
});
