import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} RunSummary
 * @property {string} run      project and kind, e.g. `archive.unit`
 * @property {number} passed
 * @property {number} failed   tests, and files that failed without a failed test
 * @property {number} skipped
 * @property {readonly FailedTest[]} failures  as many as `failed` says
 */

/**
 * @typedef {object} FailedTest
 * @property {string} name     of the test with its groups, or of the file
 * @property {string} message  the beginning of what its runner said
 */

/** Enough of a message to know what failed, wherever the rest of the output went. */
const MESSAGE_LINES = 12;

/**
 * @typedef {{ status: string, fullName: string, failureMessages: string[] }} ReportedTest
 * @typedef {{ status: string, name: string, message: string, assertionResults: ReportedTest[] }} ReportedFile
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
  const files = /** @type {ReportedFile[]} */ (report.testResults);
  const failedTests = files.flatMap(file => file.assertionResults.filter(hasFailed));
  // They could not be loaded, or what they do before or after their tests failed.
  const failedFiles = files.filter(file => hasFailed(file) && !file.assertionResults.some(hasFailed));
  const skipped = Number(report.numPendingTests) + Number(report.numTodoTests);
  return {
    run,
    passed: Number(report.numPassedTests),
    failed: Number(report.numFailedTests) + failedFiles.length,
    skipped,
    failures: [
      ...failedTests.map(test => ({
        name: test.fullName,
        message: beginning(test.failureMessages.join('\n')),
      })),
      ...failedFiles.map(file => ({ name: file.name, message: beginning(file.message) })),
    ],
  };
}

/** @param {{ status: string }} reported */
function hasFailed({ status }) {
  return status === 'failed';
}

/** @param {string} message */
function beginning(message) {
  return message.split('\n').slice(0, MESSAGE_LINES).join('\n');
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
 * @param {readonly Pick<RunSummary, 'passed' | 'failed'>[]} runs
 * @param {number} otherFailures
 */
export function total(runs, otherFailures) {
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const failedTests = runs.reduce((sum, run) => sum + run.failed, 0);
  const failed = failedTests + otherFailures;
  return { passed, failed: passed + failed === 0 ? 1 : failed };
}
