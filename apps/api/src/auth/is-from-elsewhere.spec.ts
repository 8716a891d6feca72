import { expect, it } from 'vitest';
import { isFromElsewhere } from './is-from-elsewhere.js';

const HOST = 'backup.school.example:8443';

it.each([
  ['a program that says nothing', {}, false],
  ['our own page', { 'sec-fetch-site': 'same-origin', origin: `https://${HOST}` }, false],
  ['our own page behind a proxy that ends TLS', { origin: `http://${HOST}` }, false],
  ['an address that was typed', { 'sec-fetch-site': 'none' }, false],
  ['another site', { 'sec-fetch-site': 'cross-site' }, true],
  ['another host of the same site', { 'sec-fetch-site': 'same-site' }, true],
  ['another origin', { origin: 'https://evil.example' }, true],
  ['another port', { origin: 'https://backup.school.example' }, true],
  ['a name that only begins like ours', { origin: `https://${HOST}.evil.example` }, true],
  ['a page without an origin', { origin: 'null' }, true],
  ['no origin at all', { origin: 'nonsense' }, true],
])('knows %s', (_what, headers: Record<string, string>, elsewhere) => {
  expect(isFromElsewhere({ host: HOST, headers: { host: HOST, ...headers } })).toBe(elsewhere);
});
