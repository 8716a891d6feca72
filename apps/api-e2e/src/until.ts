import { setTimeout as delay } from 'node:timers/promises';

/** Far more than anything here takes, so that a test that waits in vain says for what. */
const PATIENCE_MS = 90_000;

/**
 * Waits until something holds.
 *
 * @param what for the message, e.g. `the job to end`
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + PATIENCE_MS; !(await holds()); await delay(20)) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
  }
}
