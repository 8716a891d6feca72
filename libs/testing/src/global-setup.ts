import type { TestProject } from 'vitest/node';
import { startTestServers } from './start-test-servers.js';
import './test-servers.js';

/** Vitest's `globalSetup` of integration tests: servers for the whole run, stopped after it. */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  const { servers, stop } = await startTestServers();
  project.provide('postgresServers', servers);
  return stop;
}
