import { createRequire } from 'node:module';

type AgeLibrary = typeof import('age-encryption');

const require = createRequire(import.meta.url);

/**
 * The library of age, loaded when it is first needed: its curves are worked out as it loads, 25 ms for a command that
 * encrypts nothing. Synchronously, for settings and flags are checked as they are read.
 */
export function age(): AgeLibrary {
  return require('age-encryption') as AgeLibrary;
}
