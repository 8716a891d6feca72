import { expect, it } from 'vitest';
import { installCommand, missingPackages, SYSTEM_PACKAGES } from './system-packages.mjs';

it('names the package of each program that is not there', () => {
  const missing = missingPackages(program => program !== 'jq' && program !== 'pg_dump');
  expect(installCommand(missing)).toBe('apt-get install -y --no-install-recommends postgresql-client jq');
});

it('names age, without which it cannot be tested that others open our encrypted backups', () => {
  expect(installCommand(missingPackages(program => program !== 'age'))).toMatch(/ age$/);
});

it('finds nothing to install where all programs are there', () => {
  expect(missingPackages(() => true)).toEqual([]);
  expect(missingPackages(() => false)).toEqual(SYSTEM_PACKAGES);
});

it('names Redis, without which the job queue cannot be tested', () => {
  expect(installCommand(missingPackages(program => program !== 'redis-server'))).toMatch(/ redis-server$/);
});
