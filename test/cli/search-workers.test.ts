import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { register } from '../../src/cli/search.js'
import { openRun, readJournal, readResult } from '../../src/runs/index.js'
import { temporary } from '../runs/toy.js'
import { hasRedis, startRedis } from '../workers/redis.js'
import { barsData } from './bars.js'
import { expectRefused } from './in-process.js'
import { shapesFiles } from './shapes.js'
import { start, tandem } from './tandem-process.js'

const files = temporary()
const root = temporary()
const { space, table } = shapesFiles(files)
const common = [
  ...['search', '--space', space, '--data', barsData(join(files, 'bars'), 'bars', { train: 300 })],
  ...['--on', `table:${table}`, '--constraint', 'latency<=1.5ms', '--train-epochs', '1', '--batch', '32'],
  ...['--precision', 'float32', '--seed', '3'],
]
const baselines = ['--baselines', '2', '--baseline', 'largest']
const singlePath = [...common, ...baselines, '--epochs', '2', '--warmup', '1']
const oneShot = [
  ...[...common, ...baselines, '--epochs', '1', '--method', 'one-shot'],
  ...['--candidates', '3', '--generations', '0'],
]

/** What a search came to: prices, accuracies, the journal, and the weights of every network that it wrote. */
function essence(name: string) {
  const run = openRun(root, name)
  const { solutions, baselines } = readResult(run)!
  const networks = [...solutions, ...baselines]
  return {
    networks: networks.map(({ measured: _, ...rest }) => rest),
    written: networks.map(({ files }) => readFileSync(join(run.folder, files!.network!)).toString('base64')),
    entries: readJournal(run).map(({ entry }) => entry),
  }
}

describe('tandem search, its baselines trained by workers', () => {
  it('in threads ends with the networks that this thread alone trains, bit for bit', async () => {
    for (const [method, args] of Object.entries({ singlePath, oneShot })) {
      const alone = await tandem([...args, '--run', `${method}-alone`], root)
      expect(alone.code, alone.stderr).toBe(0)
      const threads = await tandem([...args, '--workers', '2', '--run', `${method}-threads`], root)
      expect(threads.code, threads.stderr).toBe(0)
      const expected = essence(`${method}-alone`)
      expect(expected.networks.length).toBeGreaterThanOrEqual(4)
      expect(essence(`${method}-threads`)).toEqual(expected)
      const report = readFileSync(join(root, `${method}-threads`, 'report.html'), 'utf8')
      expect(report).toContain(`Workers: ${expected.networks.length - 1} evaluated by 2 workers`)
    }
  }, 240_000)

  it.skipIf(!hasRedis)(
    'by a queue ends with the same',
    async () => {
      const redis = await startRedis()
      const worker = start(['worker', '--queue', redis.url], root)
      const queue = await tandem([...singlePath, '--queue', redis.url, '--run', 'queue'], root)
      expect(queue.code, queue.stderr).toBe(0)
      expect(essence('queue')).toEqual(essence('singlePath-alone'))
      worker.child.kill('SIGINT')
      expect((await worker.ended).code).toBe(0)
      await redis.stop()
    },
    120_000,
  )

  it('is for networks beside the found one', async () => {
    await expectRefused(register, [...common, '--workers', '2'], /--workers is for networks trained beside/)
  })
})
