/** Longest name of a backup, in characters. */
export const MAX_NAME_LENGTH = 80;

export type NameProblem = 'too long' | 'first character' | 'character';

/**
 * Checks a backup's name as it is being typed, by the rules of the server. No name is fine.
 *
 * @returns what is wrong, and which character where it is one; null if nothing is
 * @see     the server's `backup-name.ts`
 */
export function checkName(name: string): { problem: NameProblem; character: string } | null {
  const trimmed = name.trim().normalize('NFC');
  if (trimmed === '') return null;
  if (trimmed.length > MAX_NAME_LENGTH) return { problem: 'too long', character: '' };
  const [first = ''] = trimmed;
  if (!/[\p{L}\p{N}]/u.test(first)) return { problem: 'first character', character: first };
  const wrong = Array.from(trimmed).find(character => !/[\p{L}\p{M}\p{N}_. -]/u.test(character));
  return wrong === undefined ? null : { problem: 'character', character: wrong };
}
