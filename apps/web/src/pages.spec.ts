import { expect, it } from 'vitest';
import { loadSignIn, pageAt, PAGES } from './pages.js';

it.each([
  ['', PAGES['']],
  ['sign-in', loadSignIn],
  ['history', PAGES.history],
  ['history/4f1c', PAGES['history/:jobId']],
  ['users/roles', PAGES['users/roles']],
])('finds the page at “%s” before there is a router', (path, page) => {
  expect(pageAt(path)).toBe(page);
});

it('leaves other addresses to the router', () => {
  expect([pageAt('history/4f1c/more'), pageAt('nothing')]).toEqual([undefined, undefined]);
});
