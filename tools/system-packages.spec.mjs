import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { howToInstall, installCommand, missingPackages, SYSTEM_PACKAGES } from './system-packages.mjs';

it('names the package of each program that is not there', () => {
  const missing = missingPackages(program => program !== 'jq' && program !== 'pg_dump');
  expect(installCommand(missing)).toBe('apt-get install -y --no-install-recommends postgresql-client jq');
});

it('names age, without which it cannot be tested that others open our encrypted backups', () => {
  expect(installCommand(missingPackages(program => program !== 'age'))).toMatch(/ age$/);
});

it('finds nothing to install where all programs are there', () => {
  expect(missingPackages(() => true)).toEqual([]);
  expect(missingPackages(() => false, {})).toEqual(SYSTEM_PACKAGES);
});

const chromium = SYSTEM_PACKAGES.filter(({ program }) => program === 'chromium');

/** @param {readonly string[]} installed */
const allBut = installed => (/** @type {string} */ program) =>
  installed.includes(program) || !/chrom/.test(program);

it('takes Google Chrome for Chromium', () => {
  expect(missingPackages(allBut([]), {})).toEqual(chromium);
  expect(missingPackages(allBut(['google-chrome']), {})).toEqual([]);
});

it('takes the browser that SATCHEL_CHROMIUM names, and no other', () => {
  const env = { SATCHEL_CHROMIUM: '/opt/chrome/chrome' };
  expect(missingPackages(allBut(['/opt/chrome/chrome']), env)).toEqual([]);
  expect(missingPackages(allBut(['chromium']), env)).toEqual(chromium);
  expect(missingPackages(allBut(['chromium']), { SATCHEL_CHROMIUM: '' })).toEqual([]);
});

it('says what to do on Ubuntu, which has no package of Chromium', () => {
  expect(howToInstall(chromium)).toMatch(/Ubuntu .* Google Chrome .* SATCHEL_CHROMIUM/);
  expect(howToInstall(missingPackages(program => program !== 'jq'))).not.toContain('Ubuntu');
});

it('looks for the browsers that the journeys start', () => {
  const source = readFileSync(new URL('../apps/web-e2e/src/chromium.ts', import.meta.url), 'utf8');
  for (const { program, or = [], setting = '' } of chromium) {
    for (const name of [program, ...or, setting]) expect(source).toContain(`'${name}'`);
  }
});

it('names Redis, without which the job queue cannot be tested', () => {
  expect(installCommand(missingPackages(program => program !== 'redis-server'))).toMatch(/ redis-server$/);
});
