import { defineConfig } from 'vitest/config'

// The tests run as compiled, so that worker threads and child processes are the files that ship.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    exclude: ['node_modules/**'],
    globalSetup: ['dist/test/global-setup.js'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
})
