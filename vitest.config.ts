import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  // Global set-up runs in an environment of its own, which must read the sources too.
  environments: {
    __vitest__: { resolve: { conditions: ['source'] } },
    __vitest_vm__: { resolve: { conditions: ['source'] } },
  },
  test: {
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    include: [
      'scripts/*.test.ts',
      'packages/*/src/**/*.test.ts',
      'services/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.{ts,tsx}',
      'tests/**/*.test.ts',
      'chaos/**/*.test.ts',
      'simulation/**/*.test.ts',
    ],
    globalSetup: ['./packages/testkit/src/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
