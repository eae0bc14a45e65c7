import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register as characterize } from '../../src/cli/ppa-characterize.js'
import type { Register } from '../../src/cli/program.js'
import { register as worker } from '../../src/cli/worker.js'
import { isMeasured, readDataSet } from '../../src/hardware/index.js'
import { hasLibrary, LIBRARY, needsLibrary } from '../hardware/characterize/library.js'
import { temporary } from '../runs/toy.js'
import { freePort, hasRedis, type RedisServer, startRedis } from '../workers/redis.js'
import { expectRefused } from './in-process.js'
import { start, tandem } from './tandem-process.js'

const ppa: Register = program => characterize(program.command('ppa'))
const library = ['ppa', 'characterize', '--library', LIBRARY]

describe('tandem worker', () => {
  it('ends with code 2 and the remedy where no queue answers', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`
    await expectRefused(worker, ['worker', '--queue', url], /cannot be reached.*\n.*redis-server/)
    await expectRefused(worker, ['worker', '--queue', '127.0.0.1'], /expected redis:\/\/HOST/)
    await expectRefused(worker, ['worker', '--queue', 'redis://:pass@lab'], /TANDEM_QUEUE_PASSWORD/)
  })
})

describe.skipIf(!hasLibrary)(`tandem ppa characterize --queue${needsLibrary}`, () => {
  it('never falls back to this machine: without a queue nothing is done or written', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`
    await expectRefused(ppa, [...library, '--queue', url], /cannot be reached/)
    await expectRefused(ppa, [...library, '--queue', url, '--workers', '2'], /give one of them/)
  })

  describe.skipIf(!hasRedis)('with a Redis server', () => {
    let redis: RedisServer
    beforeAll(async () => {
      redis = await startRedis()
    })
    afterAll(() => redis.stop())

    it('gives the points of this thread, by a worker that joins later and leaves on Ctrl-C', async () => {
      const root = temporary()
      const asked = [...library, '--points', '1', '--seeds', '1']
      const run = start([...asked, '--queue', redis.url, '--run', 'queue'], root)
      const alone = await tandem([...asked, '--workers', '0', '--run', 'alone', '--quiet'], root)
      expect(alone.code, alone.stderr).toBe(0)
      const helper = start(['worker', '--queue', redis.url, '--concurrency', '2'], root)
      const done = await run.ended
      expect(done.code, done.stderr).toBe(0)
      helper.child.kill('SIGINT')
      const left = await helper.ended
      expect(left.code).toBe(0)
      expect(left.stderr).toMatch(/Left after one task/)
      expect(done.stderr).toMatch(/Workers: 1 evaluated by 2 workers, \d+ % busy, 0 waiting/)
      const [one, other] = ['alone', 'queue'].map(name => {
        const { points } = readDataSet(join(root, name, 'points.csv'))
        return points.map(point => (isMeasured(point) ? [point.design, point.figures] : point))
      })
      expect(other).toEqual(one)
      expect(readFileSync(join(root, 'queue', 'report.html'), 'utf8')).toContain('1 evaluated by')
    })
  })
})
