import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { threadsFromSource } from './vitest.threads.ts';
import { reporters } from './vitest.reporters.ts';

/** Integration tests: `*.int-spec.ts` and journeys, on real services; each file makes its own database. */
export default defineConfig({
  resolve: { conditions: ['@satchel/source'] },
  ssr: { resolve: { conditions: ['@satchel/source'] } },
  test: {
    globalSetup: [fileURLToPath(new URL('./libs/testing/src/global-setup.ts', import.meta.url))],
    include: ['src/**/*.int-spec.ts', 'src/**/*.e2e-spec.ts'],
    // Modules are loaded once for all files, which half of the time went into: no module may keep what a test has done.
    isolate: false,
    execArgv: threadsFromSource,
    passWithNoTests: true,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: reporters('int', process.env['SATCHEL_TEST_RESULTS']),
  },
});
