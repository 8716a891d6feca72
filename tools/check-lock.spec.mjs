import { describe, expect, it } from 'vitest';
import { checkLock, checkPins } from './check-lock.mjs';

describe('checkLock', () => {
  const parent = { version: '1.0.0', optionalDependencies: { 'p-linux': '1.0.0', 'p-darwin': '1.0.0' } };

  it('accepts a file that has every optional package', () => {
    const packages = { 'node_modules/p': parent, 'node_modules/p-linux': {}, 'node_modules/p-darwin': {} };
    expect(checkLock({ packages })).toEqual([]);
  });

  it('names an optional package that npm left out', () => {
    const packages = { 'node_modules/p': parent, 'node_modules/p-linux': {} };
    expect(checkLock({ packages })).toEqual([expect.stringContaining('p-darwin')]);
  });

  it('finds optional packages nested in their parent, and above a nested parent', () => {
    const packages = {
      'node_modules/a/node_modules/p': parent,
      'node_modules/a/node_modules/p/node_modules/p-linux': {},
      'node_modules/p-darwin': {},
    };
    expect(checkLock({ packages })).toEqual([]);
  });

  it('forgives what an optional package itself lacks', () => {
    expect(checkLock({ packages: { 'node_modules/p': { ...parent, optional: true } } })).toEqual([]);
  });

  it('refuses two copies of NestJS', () => {
    const packages = { 'node_modules/@nestjs/common': {}, 'apps/cli/node_modules/@nestjs/common': {} };
    expect(checkLock({ packages })).toEqual([expect.stringContaining('@nestjs/common is there 2 times')]);
  });

  it('refuses an address outside of the public registry', () => {
    const packages = { 'node_modules/p': { resolved: 'https://packages.example.test/p-1.0.0.tgz' } };
    expect(checkLock({ packages })).toEqual([expect.stringContaining('packages.example.test')]);
  });
});

describe('checkPins', () => {
  it('accepts exact versions, aliases of one, and any version of our own projects', () => {
    const dependencies = {
      a: '1.2.3',
      b: '1.2.3-beta.4',
      c: 'npm:@x/y@1.2.3-beta.4',
      '@satchel/domain': '*',
    };
    expect(checkPins('package.json', { dependencies })).toEqual([]);
  });

  it.each(['^1.2.3', '~1.2.3', '1.2', '*', 'latest', 'npm:x@^1.0.0', 'github:a/b'])('refuses %s', range => {
    expect(checkPins('package.json', { devDependencies: { a: range } })).toHaveLength(1);
  });
});
