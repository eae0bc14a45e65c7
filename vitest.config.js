import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'

/** Files that take longest, first: one that began last would run on by itself. */
const LONG = [/cli\/kill\//, /fuzz\//, /cli\/search\./, /search\/formulations/, /bench\//]

class LongFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files)
    const place = ({ moduleId }) =>
      (LONG.findIndex(pattern => pattern.test(moduleId)) + LONG.length + 1) % (LONG.length + 1)
    return sorted.toSorted((a, b) => place(a) - place(b))
  }
}

/** They change their process, or measure it: the folder of runs, the backend, memory. */
const APART = [
  'dist/test/{bench,cli,docs,fuzz,runs,workers}/**/*.test.js',
  'dist/test/engine/{wasm*,install,memory}.test.js',
]

// The tests run as compiled, so that worker threads and child processes are the files that ship.
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'each file in its process', include: APART, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'one process',
          include: ['dist/test/**/*.test.js'],
          exclude: APART,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    globalSetup: ['dist/test/global-setup.js'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 300_000,
    sequence: { sequencer: LongFirst },
  },
})
