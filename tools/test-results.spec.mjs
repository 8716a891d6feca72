import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expectedRuns, summarise, total } from './test-results.mjs';

const report = (/** @type {object} */ fields) =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    ...fields,
  });

describe('summarise', () => {
  it('takes the counts from the report', () => {
    const text = report({ numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 });
    expect(summarise('archive.unit', text)).toEqual({
      run: 'archive.unit',
      passed: 3,
      failed: 1,
      skipped: 3,
      failures: [],
    });
  });

  it('names what failed, and says the beginning of why', () => {
    const lines = Array.from({ length: 50 }, (_, line) => `line ${line}`);
    const assertionResults = [
      { status: 'passed', fullName: 'a reader reads', failureMessages: [] },
      { status: 'failed', fullName: 'a reader stops', failureMessages: [lines.join('\n')] },
    ];
    const text = report({ numFailedTests: 1, testResults: [{ status: 'failed', assertionResults }] });
    const { failures } = summarise('archive.unit', text);
    expect(failures).toEqual([{ name: 'a reader stops', message: lines.slice(0, 12).join('\n') }]);
  });

  it.each([
    ['could not be loaded', []],
    ['failed before its tests', [{ status: 'skipped', fullName: 'a reader reads', failureMessages: [] }]],
  ])('counts a file that %s as a failure', (_, assertionResults) => {
    const file = { status: 'failed', name: 'x.spec.ts', message: 'No such module', assertionResults };
    expect(summarise('archive.unit', report({ testResults: [file] }))).toMatchObject({
      failed: 1,
      failures: [{ name: 'x.spec.ts', message: 'No such module' }],
    });
  });
});

it('expects a report of each project that has the target', () => {
  const root = mkdtempSync(join(tmpdir(), 'satchel-runs-'));
  const project = (/** @type {string} */ folder, /** @type {object} */ scripts) => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ scripts }));
  };
  try {
    project('libs/archive', { test: '', 'test:int': '' });
    project('libs/domain', { test: '' });
    project('apps/cli-e2e', { 'test:e2e': '' });
    project('tools', { test: '' });
    mkdirSync(join(root, 'libs/no-project'));
    expect(expectedRuns(root, ['test'], 'unit')).toEqual(['archive.unit', 'domain.unit', 'tools.unit']);
    expect(expectedRuns(root, ['test:int'], 'int')).toEqual(['archive.int']);
    expect(expectedRuns(root, ['test:e2e', 'test:int'], 'int')).toEqual(['cli-e2e.int', 'archive.int']);
  } finally {
    rmSync(root, { recursive: true });
  }
});

/** The target that runs tests of a kind, by what their files' names end with. */
const TARGETS = { '.spec': 'test', '.int-spec': 'test:int', '.e2e-spec': 'test:e2e' };

it.each(Object.entries(TARGETS))('finds a target in every project that has a *%s.ts', (ending, target) => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = globSync(`{apps,libs}/*/src/**/*${ending}.{ts,tsx}`, { cwd: root });
  const projects = new Set(files.map(file => file.split(sep)[1]));
  expect(projects.size).toBeGreaterThan(0);
  expect(expectedRuns(root, [target], 'x')).toEqual(
    expect.arrayContaining([...projects].map(project => `${project}.x`)),
  );
});

describe('total', () => {
  const run = { run: 'archive.unit', passed: 2, failed: 0, skipped: 0 };

  it('sums up', () => {
    expect(total([run, { ...run, failed: 3 }], 0)).toEqual({ passed: 4, failed: 3 });
  });

  it('counts a step that failed without a failed test', () => {
    expect(total([run], 1)).toEqual({ passed: 2, failed: 1 });
  });

  it('fails when no test ran', () => {
    expect(total([], 0)).toEqual({ passed: 0, failed: 1 });
  });
});
