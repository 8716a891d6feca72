import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} RunSummary
 * @property {string} run      project and kind, e.g. `archive.unit`
 * @property {number} passed
 * @property {number} failed   tests, and files that could not even be loaded
 * @property {number} skipped
 */

/**
 * Reads the reports that vitest wrote.
 *
 * @param {string} folder
 * @returns {RunSummary[]}
 */
export function readTestResults(folder) {
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => summarise(name.slice(0, -'.json'.length), readFileSync(join(folder, name), 'utf8')));
}

/**
 * @param {string} run
 * @param {string} text
 * @returns {RunSummary}
 */
export function summarise(run, text) {
  const report = JSON.parse(text);
  const files = /** @type {{ status: string, assertionResults: unknown[] }[]} */ (report.testResults);
  const unloadable = files.filter(file => file.status === 'failed' && file.assertionResults.length === 0);
  const skipped = Number(report.numPendingTests) + Number(report.numTodoTests);
  return {
    run,
    passed: Number(report.numPassedTests),
    failed: Number(report.numFailedTests) + unloadable.length,
    skipped,
  };
}

/**
 * The runs that targets must report: one for each project that has one of them. A runner that ends early can still say
 * that all is well; that it wrote no report gives it away.
 *
 * @param {string} root
 * @param {readonly string[]} targets  e.g. `test:int`
 * @param {string} kind                e.g. `int`
 * @returns {string[]}
 */
export function expectedRuns(root, targets, kind) {
  const folders = ['apps', 'libs'].flatMap(parent =>
    readdirSync(join(root, parent)).map(name => `${parent}/${name}`),
  );
  return [...folders, 'tools']
    .filter(folder => {
      const manifest = join(root, folder, 'package.json');
      if (!statSync(manifest, { throwIfNoEntry: false })) return false;
      const { scripts = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
      return targets.some(target => Object.hasOwn(scripts, target));
    })
    .map(folder => `${folder.split('/').at(-1)}.${kind}`);
}

/**
 * The outcome of everything. What failed without a failed test (a lint error, a runner without a report) counts as one
 * failure each, and so does a whole run without a single test: nothing that went wrong may end in "0 failed".
 *
 * @param {readonly RunSummary[]} runs
 * @param {number} otherFailures
 */
export function total(runs, otherFailures) {
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const failedTests = runs.reduce((sum, run) => sum + run.failed, 0);
  const failed = failedTests + otherFailures;
  return { passed, failed: passed + failed === 0 ? 1 : failed };
}
