import { storableText } from './storable-text.js';

/** Longest type and name of a person that the catalog keeps, in characters; see the table's `job_short_check`. */
const MAX_SHORT = 150;

/**
 * Text that stands in indexes, whose rows have a limit. No real type or name of a person is longer; one in a file of
 * strangers may be, and is cut.
 */
export function shortText(text: string): string {
  const storable = storableText(text);
  if (storable.length <= MAX_SHORT) return storable;
  return [...storable].slice(0, MAX_SHORT).join('');
}
