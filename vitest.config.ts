import { defineConfig } from 'vitest/config';
import { threadsFromSource } from './vitest.threads.ts';
import { reporters } from './vitest.reporters.ts';

/** Unit tests: every project's `*.spec.ts`, resolved to source so that no build is needed first. */
export default defineConfig({
  resolve: { conditions: ['@satchel/source'] },
  ssr: { resolve: { conditions: ['@satchel/source'] } },
  test: {
    include: ['src/**/*.spec.ts', '*.spec.mjs', 'bench/*.spec.ts', 'bench-api/*.spec.ts', 'damage/*.spec.ts'],
    // Modules are loaded once for all files, which half of the time went into: no module may keep what a test has done.
    isolate: false,
    execArgv: threadsFromSource,
    passWithNoTests: true,
    testTimeout: 20_000,
    reporters: reporters('unit', process.env['SATCHEL_TEST_RESULTS']),
  },
});
