import type { TestProject } from 'vitest/node';
import { startTestServers } from './start-test-servers.js';
import './test-servers.js';

/**
 * Vitest's `globalSetup` of integration tests: servers for the whole run, stopped after it. `npm test` names a folder of servers that
 * it has prepared, once for all projects.
 */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  const { servers, stop } = await startTestServers({ prepared: process.env['SATCHEL_TEST_SERVERS'] });
  project.provide('postgresServers', servers);
  return stop;
}
