import { expect, it } from 'vitest';
import { safeNext } from './safe-next.js';

it.each([
  ['/history?q=a', '/history?q=a'],
  [null, '/'],
  ['https://elsewhere.example', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['/sign-in?next=/sign-in', '/'],
])('goes from %j to %s', (next, to) => {
  expect(safeNext(next)).toBe(to);
});
