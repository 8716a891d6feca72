import { readdirSync, readFileSync } from 'node:fs';
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
 * The outcome of everything. A step that failed without a failed test (a crash, a lint error) counts as one failure, and
 * so does a whole run without a single test: nothing that went wrong may end in "0 failed".
 *
 * @param {readonly RunSummary[]} runs
 * @param {number} failedSteps
 */
export function total(runs, failedSteps) {
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const failedTests = runs.reduce((sum, run) => sum + run.failed, 0);
  const failed = failedTests + failedSteps;
  return { passed, failed: passed + failed === 0 ? 1 : failed };
}
