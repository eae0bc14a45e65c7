import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describeRun } from '../../../src/cli/describe-run.js'
import {
  listRuns,
  loadCheckpoint,
  openRun,
  readJournal,
  redrawReport,
  withLock,
} from '../../../src/runs/index.js'
import * as formats from '../formats.js'
import type { Reader } from '../reader.js'
import * as seeds from '../seeds.js'

const rootOf = (file: string) => join(file, '../..')
const showRun = (file: string) => {
  listRuns(rootOf(file))
  return describeRun(openRun(rootOf(file), 'run-1'))
}
const ofRun = (file: string, more: Pick<Reader, 'read'> & Partial<Reader>): Reader => ({
  name: `run: ${file}`,
  file: `run-1/${file}`,
  format: formats.json,
  seeds: async () => [await seeds.ofRun(file)],
  prepare: seeds.copyRun,
  ...more,
})

export const runs: readonly Reader[] = [
  ofRun('config.json', { read: showRun }),
  ofRun('status.json', { read: showRun }),
  ofRun('result.json', { read: showRun }),
  ofRun('journal.ndjson', {
    format: formats.ndjson,
    read: file => readJournal(openRun(rootOf(file), 'run-1')),
  }),
  ofRun('checkpoint/current.json', {
    format: formats.checkpoint,
    async prepare(root) {
      await seeds.copyRun(root)
      rmSync(join(root, 'run-1/checkpoint/previous.json'))
    },
    read: file => loadCheckpoint(openRun(join(file, '../../..'), 'run-1')),
    // Of several that are damaged it names the folder.
    unnamed: true,
  }),
  ofRun('report.json', {
    read: file => redrawReport(openRun(rootOf(file), 'run-1')),
    writes: 'run-1',
    seconds: 30,
  }),
  ofRun('lock', {
    seeds: () => [seeds.bytesOf(JSON.stringify({ pid: 2 ** 22 - 1, host: hostname(), born: '1' }))],
    read: file => withLock(openRun(rootOf(file), 'run-1'), async () => showRun(file)),
    writes: 'run-1',
    unnamed: true,
  }),
]
