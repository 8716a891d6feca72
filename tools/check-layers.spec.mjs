import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLayers } from './check-layers.mjs';

/** @type {string} */
let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'satchel-layers-'));
  write('package.json', { workspaces: ['apps/*', 'libs/*'], devDependencies: { vitest: '1.0.0' } });
  project('libs/domain', 'domain', {});
  project('libs/postgres', 'adapter', { dependencies: { '@satchel/domain': '*', pg: '1.0.0' } });
  project('libs/storage', 'adapter', { dependencies: { '@satchel/domain': '*' } });
  project('libs/testing', 'testing', {
    dependencies: { '@satchel/domain': '*' },
    exports: { '.': './index.js', './conformance': './conformance.js' },
  });
  project('libs/use-cases', 'use-cases', {
    dependencies: { '@satchel/domain': '*' },
    devDependencies: { '@satchel/testing': '*', '@satchel/storage': '*' },
  });
  project('apps/cli', 'app', { dependencies: { '@satchel/use-cases': '*' } });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** @param {string} path @param {unknown} content */
function write(path, content) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

/** @param {string} folder @param {string} layer @param {object} manifest */
function project(folder, layer, manifest) {
  const name = `@satchel/${folder.split('/')[1]}`;
  const nx = { tags: [`layer:${layer}`, 'side:server'] };
  write(`${folder}/package.json`, { name, exports: { '.': './index.js' }, nx, ...manifest });
}

describe('checkLayers', () => {
  it('accepts what the rules list', () => {
    write('libs/use-cases/src/a.ts', `import { x } from '@satchel/domain'; import fs from 'node:fs';`);
    write('libs/use-cases/src/b.ts', `export * from './a.js';`);
    write('libs/postgres/src/a.ts', `import pg from 'pg'; import type { x } from '@satchel/domain';`);
    write('apps/cli/src/main.ts', `console.log(process.env);`);
    write('apps/cli/src/cli.config.ts', `export default process.env['X'];`);
    expect(checkLayers(root)).toEqual([]);
  });

  it.each([
    ['an import', `import { x } from '@satchel/postgres';`],
    ['an import of types', `import type { x } from '@satchel/postgres';`],
    ['a re-export', `export * from '@satchel/postgres';`],
    ['import()', `const x = await import('@satchel/postgres');`],
    ['a type by import()', `let x: import('@satchel/postgres').X;`],
    ['require', `const x = require('@satchel/postgres');`],
  ])('refuses an adapter in the domain, by %s', (_, text) => {
    write('libs/domain/src/a.ts', `\n${text}`);
    expect(checkLayers(root)).toEqual([
      'libs/domain/src/a.ts:2: layer domain must not use @satchel/postgres (layer adapter); it may use no layer',
    ]);
  });

  it('refuses a declared dependency that no edge allows', () => {
    project('libs/storage', 'adapter', { dependencies: { '@satchel/postgres': '*' } });
    expect(checkLayers(root)).toEqual([expect.stringContaining('libs/storage/package.json: layer adapter')]);
  });

  it('lets tests use real adapters and test projects, and nothing else', () => {
    const text = `import '@satchel/storage'; import '@satchel/testing/conformance'; import 'vitest';`;
    write('libs/use-cases/src/a.spec.ts', text);
    write('libs/use-cases/src/b.int-spec.ts', text);
    expect(checkLayers(root)).toEqual([]);
    write('libs/use-cases/src/a.ts', text);
    expect(checkLayers(root)).toHaveLength(3);
  });

  it('refuses what the project does not declare', () => {
    write('libs/storage/src/a.ts', `import 'left-pad';`);
    expect(checkLayers(root)).toEqual([expect.stringContaining('"left-pad" is not in')]);
  });

  it.each([
    ['a path into another project', `import '../../domain/src/index.js';`, 'leaves the project'],
    ['a part that is not exported', `import '@satchel/domain/src/index.js';`, 'reaches inside'],
    ['itself by name', `import '@satchel/storage';`, 'this project itself'],
    ['an absolute path', `import '/etc/x.js';`, 'absolute path'],
    ['a builtin without "node:"', `import 'fs';`, 'node:fs'],
  ])('refuses %s', (_, text, problem) => {
    write('libs/storage/src/a.ts', text);
    expect(checkLayers(root)).toEqual([expect.stringContaining(problem)]);
  });

  it('keeps libraries where they belong', () => {
    project('libs/storage', 'adapter', { dependencies: { pg: '1.0.0', typeorm: '1.0.0' } });
    write('libs/storage/src/a.ts', `import 'pg'; import 'typeorm'; import { gzip } from 'node:zlib';`);
    expect(checkLayers(root)).toEqual([
      expect.stringContaining('"pg" may be imported in'),
      expect.stringContaining('"typeorm" may be imported in'),
      expect.stringContaining('"node:zlib" may be imported in @satchel/archive only'),
    ]);
  });

  it.each([
    `const x = process.env.X;`,
    `const { X } = process['env'];`,
    `import { env } from 'node:process';`,
    `import { env as e } from 'node:process';`,
  ])('refuses to read the environment by %s', text => {
    write('libs/storage/src/a.ts', text);
    expect(checkLayers(root)).toEqual([expect.stringContaining('libs/storage/src/a.ts:1: process.env')]);
  });

  it('does not mind the words in a comment or a text', () => {
    write('libs/storage/src/a.ts', `// process.env, import 'pg'\nconst x = "process.env import('pg')";`);
    expect(checkLayers(root)).toEqual([]);
  });

  it('keeps the server out of the browser', () => {
    write('libs/web/package.json', {
      name: '@satchel/web',
      nx: { tags: ['layer:app', 'side:web'] },
      dependencies: { '@satchel/domain': '*' },
    });
    expect(checkLayers(root)).toEqual([expect.stringContaining('side web must not use @satchel/domain')]);
  });

  it('wants one layer and one side for each project', () => {
    write('libs/lost/package.json', { name: '@satchel/lost', nx: { tags: ['layer:domain', 'layer:app'] } });
    expect(checkLayers(root)).toEqual([
      expect.stringContaining('exactly one tag of layer:'),
      expect.stringContaining('exactly one tag of side:'),
    ]);
  });
});
