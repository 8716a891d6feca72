import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { reporters } from '../../vitest.reporters.ts';

/** Component tests, in a document without a browser. */
export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@satchel/source'] },
  test: {
    environment: 'happy-dom',
    // Loading React anew for each file took twice as long as the tests; what a test leaves in the document is removed.
    isolate: false,
    setupFiles: ['src/testing/between-tests.ts'],
    include: ['src/**/*.spec.{ts,tsx}'],
    passWithNoTests: true,
    testTimeout: 20_000,
    reporters: reporters('unit', process.env['SATCHEL_TEST_RESULTS']),
  },
});
