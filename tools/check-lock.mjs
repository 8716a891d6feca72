import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Packages of which two copies break the product: NestJS finds its providers by class identity.
 */
const SINGLETONS = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'typeorm', 'typescript'];

/**
 * Checks the lock file for what `npm install` writes without a word and what only fails later, elsewhere:
 * optional packages (another system's binaries) that are left out, so that `npm ci` refuses the file; second copies of
 * packages that must be one; addresses of a registry that others cannot reach.
 *
 * @param {{ packages: Readonly<Record<string, LockEntry>> }} lock
 * @returns {string[]} what is wrong, one sentence each
 *
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [optional]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 */
export function checkLock({ packages }) {
  const problems = [];
  for (const [path, entry] of Object.entries(packages)) {
    // What an optional package lacks, npm forgives.
    for (const name of entry.optional ? [] : Object.keys(entry.optionalDependencies ?? {})) {
      if (!isLocked(packages, path, name)) {
        problems.push(
          `${path || 'package.json'} ${entry.version ?? ''} has the optional dependency ${name}, which is not in the lock ` +
            'file: "npm ci" would refuse it. Choose a version whose packages for all systems are published.',
        );
      }
    }
    if (entry.resolved && !entry.link && !entry.resolved.startsWith('https://registry.npmjs.org/')) {
      problems.push(`${path} comes from ${new URL(entry.resolved).host}; it must be the public registry.`);
    }
  }
  for (const name of SINGLETONS) {
    const copies = Object.keys(packages).filter(path => path.endsWith(`node_modules/${name}`));
    if (copies.length > 1) problems.push(`${name} is there ${copies.length} times: ${copies.join(', ')}.`);
  }
  return problems;
}

/**
 * Whether Node's way up the folders finds the package.
 *
 * @param {Readonly<Record<string, unknown>>} packages
 * @param {string} path
 * @param {string} name
 */
function isLocked(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (Object.hasOwn(packages, `${folder === '' ? '' : `${folder}/`}node_modules/${name}`)) return true;
    if (folder === '') return false;
  }
}

/**
 * Checks that each dependency is pinned to one version, so that an install next year is the install of today.
 *
 * @param {string} where
 * @param {Readonly<Record<string, unknown>>} manifest
 * @returns {string[]}
 */
export function checkPins(where, manifest) {
  const problems = [];
  for (const field of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, range] of Object.entries(manifest[field] ?? {})) {
      const pinned = name.startsWith('@satchel/')
        ? range === '*'
        : /^(npm:(@[^@/]+\/)?[^@/]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(range);
      if (!pinned) problems.push(`${where}: ${field} has ${name} at "${range}", which is not one version.`);
    }
  }
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const readJson = (/** @type {string} */ path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const manifests = [
    'package.json',
    ...['apps', 'libs'].flatMap(parent =>
      readdirSync(join(root, parent)).map(name => `${parent}/${name}/package.json`),
    ),
    'tools/package.json',
  ].filter(path => statSync(join(root, path), { throwIfNoEntry: false }));
  const problems = [
    ...checkLock(readJson('package-lock.json')),
    ...manifests.flatMap(path => checkPins(path, readJson(path))),
  ];
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'Lock file: in order.' : `Lock file: ${problems.length} problem(s).`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
