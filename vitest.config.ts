import { defineConfig } from 'vitest/config';

/** Unit tests: every project's `*.spec.ts`, resolved to source so that no build is needed first. */
export default defineConfig({
  resolve: { conditions: ['@satchel/source'] },
  ssr: { resolve: { conditions: ['@satchel/source'] } },
  test: { include: ['src/**/*.spec.ts'], passWithNoTests: true, testTimeout: 20_000 },
});
