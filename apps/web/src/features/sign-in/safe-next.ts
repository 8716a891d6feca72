import { paths } from '../../lib/paths.js';

/**
 * Where to go after the sign-in. Only to a page of ours: an address in a link could lead anywhere else.
 *
 * @param next what stands in the address
 */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith('/') || next.startsWith('//') || next.includes('\\'))
    return paths.home;
  return next.startsWith(paths.signIn) ? paths.home : next;
}
