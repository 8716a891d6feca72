import { createHash } from 'node:crypto';
import type { RestorePlan } from './restore-plan.js';

/**
 * Names what a plan would do to rows: mode, strategy and every table's counts. A restore that is asked for with the digest of
 * the plan that a person saw does that or nothing.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function planDigest({ mode, duplicateStrategy, relations }: RestorePlan): string {
  const counts = relations
    .map(one => [one.schema, one.name, one.created, one.updated, one.unchanged, one.skipped, one.deleted])
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const text = JSON.stringify([mode, duplicateStrategy, counts]);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
