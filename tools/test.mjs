import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureSystemPackages } from './system-packages.mjs';
import { expectedRuns, readTestResults, total } from './test-results.mjs';

/*
 * `npm test`: everything that must hold, one step after the other. A failed step does not keep the later ones from
 * running, except the build, without which nothing else means anything. The last line is "N passed, N failed".
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results');
/** PostgreSQL servers that are made once, for each project's tests to start copies of; the script of that step names it too. */
const testServers = join(results, 'test-servers');
const inCi = Boolean(process.env['CI']);

/**
 * The steps, in order: targets of all projects, or a script of the root's package.json. All is built by one compiler, which
 * takes a third of what one for each project does. Those with a `kind` run tests: each project that has one of the targets
 * must write a report of that kind. Integration tests and journeys are one step, so that no core waits for the last of either.
 * `atOnce`: how many projects at the same time; servers and tests of one leave about half of two cores idle.
 *
 * @typedef {{ title: string, targets: string, kind?: string, atOnce?: number }} Targets
 * @typedef {{ title: string, script: string, needed: true }} Script
 * @type {readonly (Targets | Script)[]}
 */
const STEPS = [
  { title: 'Build', script: 'compile', needed: true },
  {
    title: 'Types, lint, format, lock file, layers, WebAssembly',
    targets: 'types,lint,format,lock,layers,assembly',
  },
  { title: 'Unit tests', targets: 'test', kind: 'unit' },
  // What each project would do anew for itself.
  { title: 'PostgreSQL 15 and 18 with the school', script: 'prepare-test-servers', needed: true },
  {
    title: 'Integration tests on PostgreSQL 15 and 18, journeys through the built programs',
    targets: 'test:e2e,test:int',
    kind: 'int',
    atOnce: 2,
  },
];

/** @param {string} line */
function say(line) {
  console.log(`\n${line}`);
}

/** @param {Targets | Script} step */
function runStep(step) {
  return 'script' in step ? run('npm', ['run', '--silent', step.script]) : run('nx', nxArguments(step));
}

/** @param {Targets} step */
function nxArguments({ targets, atOnce }) {
  return [
    'run-many',
    `--targets=${targets}`,
    ...(atOnce === undefined ? [] : [`--parallel=${atOnce}`]),
    // What is built once need not be built again for each step that tests it.
    '--exclude-task-dependencies',
    '--output-style=stream',
    '--nx-bail=false',
    // A cached result proves nothing about this machine.
    ...(inCi ? ['--skip-nx-cache'] : []),
  ];
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
function run(program, args) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      SATCHEL_TEST_RESULTS: results,
      SATCHEL_TEST_SERVERS: testServers,
      NX_DAEMON: 'false',
      // Text that can be read in any log.
      ...(inCi ? { NO_COLOR: '1', FORCE_COLOR: '0' } : {}),
    },
  });
  if (error) console.error(`${program} could not be started: ${error.message}. Run "npm ci" first.`);
  return status === 0;
}

function main() {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  say(
    'Satchel: build, checks, unit tests, integration tests and journeys. PostgreSQL for them comes with npm.',
  );
  if (!ensureSystemPackages(say)) return { passed: 0, failed: 1 };

  try {
    return runSteps();
  } finally {
    // Hundreds of megabytes that say nothing about how the tests went.
    rmSync(testServers, { recursive: true, force: true });
  }
}

function runSteps() {
  /** @type {string[]} */
  const failures = [];
  for (const step of STEPS) {
    say(`== ${step.title}`);
    const before = countFailed();
    const succeeded = runStep(step);
    const reported = new Set(readTestResults(results).map(({ run }) => run));
    const silent =
      'kind' in step && step.kind
        ? expectedRuns(root, step.targets.split(','), step.kind).filter(run => !reported.has(run))
        : [];
    failures.push(...silent.map(run => `${run}: its runner ended without a report`));
    // Failed tests are counted one by one; only a step that failed in another way counts as itself.
    if (succeeded || silent.length > 0 || countFailed() > before) continue;
    failures.push(step.title);
    if ('needed' in step) break;
  }

  const runs = readTestResults(results);
  const failedTests = runs.flatMap(({ run, failures }) => failures.map(test => ({ run, ...test })));
  if (failedTests.length > 0) say('== Failed tests');
  for (const { run, name, message } of failedTests) console.log(`${run}: ${name}\n${message}\n`);
  say('== Result');
  for (const { run, passed, failed, skipped } of runs.filter(
    run => run.passed + run.failed + run.skipped > 0,
  )) {
    console.log(`${run}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
  for (const failure of failures) console.log(`failed: ${failure}`);
  return total(runs, failures.length);
}

function countFailed() {
  return readTestResults(results).reduce((sum, run) => sum + run.failed, 0);
}

const { passed, failed } = main();
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
