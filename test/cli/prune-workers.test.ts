import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { register } from '../../src/cli/prune.js'
import { writeOnnx } from '../../src/network/index.js'
import { openRun, readJournal, readResult } from '../../src/runs/index.js'
import { temporary } from '../runs/toy.js'
import { hasRedis, startRedis } from '../workers/redis.js'
import { barsData } from './bars.js'
import { barsNetwork } from './bars-network.js'
import { expectRefused } from './in-process.js'
import { start, tandem } from './tandem-process.js'

const files = temporary()
const root = temporary()
const data = barsData(join(files, 'bars'), 'bars', { train: 150 })
const model = join(files, 'bars.onnx')
writeFileSync(model, writeOnnx(barsNetwork('bars')))
const asked = [
  ...['prune', model, '--data', data, '--budget', 'macs<=60%', '--epochs', '0', '--batch', '16'],
  ...['--evaluations', '9', '--population', '4', '--images', '10', '--tau', '2', '--precision', 'float32'],
  ...['--seed', '3'],
]

/** The evolution of a ranking and what it came to. */
function essence(name: string) {
  const run = openRun(root, name)
  const { solutions } = readResult(run)!
  return {
    solutions: solutions.map(({ measured: _, ...rest }) => rest),
    entries: readJournal(run).map(({ entry }) => entry),
    ranking: readFileSync(join(run.folder, 'ranking.json'), 'utf8'),
  }
}

describe('tandem prune, its candidate rankings judged by workers', () => {
  it('in threads learns the ranking that this thread alone learns, in rounds too', async () => {
    for (const round of ['1', '3']) {
      const own = [...asked, '--round', round]
      const alone = await tandem([...own, '--run', `alone-${round}`], root)
      expect(alone.code, alone.stderr).toBe(0)
      const threads = await tandem([...own, '--workers', '2', '--run', `threads-${round}`], root)
      expect(threads.code, threads.stderr).toBe(0)
      expect(essence(`threads-${round}`)).toEqual(essence(`alone-${round}`))
      const report = readFileSync(join(root, `threads-${round}`, 'report.html'), 'utf8')
      expect(report).toContain('Workers: 9 evaluated by 2 workers')
    }
    expect(essence('alone-3').entries).not.toEqual(essence('alone-1').entries)
  })

  it.skipIf(!hasRedis)('by a queue learns the same', async () => {
    const redis = await startRedis()
    const worker = start(['worker', '--queue', redis.url], root)
    const queue = await tandem([...asked, '--round', '3', '--queue', redis.url, '--run', 'queue'], root)
    expect(queue.code, queue.stderr).toBe(0)
    expect(essence('queue')).toEqual(essence('alone-3'))
    worker.child.kill('SIGINT')
    expect((await worker.ended).code).toBe(0)
    await redis.stop()
  })

  it('is for a ranking that is learned', async () => {
    const norms = [...asked, '--criterion', 'l2', '--workers', '2']
    await expectRefused(register, norms, /--workers is for a ranking that is learned/)
  })
})
