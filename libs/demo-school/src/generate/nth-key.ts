/** Keys that the old application's sample files use for their own rows, so that both fit into one database. */
const KEPT_FREE: readonly (readonly [number, number])[] = [
  [101, 200],
  [1001, 2000],
];

/** The key of a table's nth row, counted from 1: the number itself, past the keys that are kept free. */
export function nthKey(n: number): number {
  let key = n;
  for (const [first, last] of KEPT_FREE) {
    if (key >= first) key += last - first + 1;
  }
  return key;
}
