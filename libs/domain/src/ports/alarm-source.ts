import type { AlarmCause, AlarmKind } from '../alarm/alarm.js';

/**
 * Looks at one part of the system and says what is wrong with it now. What it does not name (any more), of its kinds, is
 * well again: so it names all causes of these kinds, or throws if it cannot know, and then nothing changes.
 */
export interface AlarmSource {
  /** For the log. */
  readonly name: string;
  readonly kinds: readonly AlarmKind[];
  look(now: Date, signal?: AbortSignal): Promise<readonly AlarmCause[]>;
}
