import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { InputError, LostTaskError, RunError } from '../../src/errors.js'
import { checkQueue, type WorkerPool } from '../../src/workers/index.js'
import { parseQueueUrl } from '../../src/workers/queue/queue-url.js'
import { poolCases } from './pool-cases.js'
import { freePort, hasRedis, type RedisServer, said, startRedis } from './redis.js'
import { queuePool, toyPool } from './staffs.js'

describe('the address of a queue', () => {
  it('is redis://HOST with a port and a database where they are not the usual', () => {
    const usual = { host: 'lab', port: 6379, database: 0, tls: false }
    expect(parseQueueUrl('redis://lab')).toEqual(usual)
    expect(parseQueueUrl('rediss://lab:7000/3')).toEqual({ ...usual, port: 7000, database: 3, tls: true })
    expect(parseQueueUrl('redis://[::1]:7000').host).toBe('::1')
  })

  it('is nothing else, and holds no password', () => {
    for (const text of ['', 'lab', 'lab:6379', 'http://lab', 'redis://', 'redis://lab/x'])
      expect(() => parseQueueUrl(text), text).toThrow(InputError)
    expect(() => parseQueueUrl('redis://:secret@lab')).toThrow('TANDEM_QUEUE_PASSWORD')
  })

  it('where nothing listens is refused within seconds, with the remedy', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`
    const started = performance.now()
    const error = await toyPool({ queue: url }).catch(error => error)
    expect(error).toBeInstanceOf(InputError)
    expect(error.message).toContain(url)
    expect(error.message).toContain('apt install redis-server')
    await expect(checkQueue(url)).rejects.toBeInstanceOf(InputError)
    expect(performance.now() - started).toBeLessThan(8000)
  })
})

if (!hasRedis)
  console.warn('No redis-server on this machine (Debian: apt install redis-server): its tests are left out.')

describe.skipIf(!hasRedis)('a queue', () => {
  let redis: RedisServer
  let client: Redis
  const processes: ChildProcess[] = []
  const pools: WorkerPool[] = []

  beforeAll(async () => {
    redis = await startRedis()
    client = new Redis(redis.port, '127.0.0.1')
  })
  afterAll(async () => {
    client.disconnect()
    await redis.stop()
  })
  const start = async (concurrency = 1, ...more: string[]) => {
    const script = fileURLToPath(new URL('./toy-worker.js', import.meta.url))
    const child = spawn(process.execPath, [script, redis.url, String(concurrency), ...more])
    processes.push(child)
    await said(child, 'Working at')
    return child
  }
  const ended = (child: ChildProcess) => new Promise<number | null>(resolve => child.once('exit', resolve))
  const open = async (options: Partial<Parameters<typeof queuePool>[0]> = {}, url = redis.url) => {
    const pool = await queuePool({ url, ...options })
    pools.push(pool)
    return pool
  }
  const close = async () => {
    await Promise.all(pools.splice(0).map(pool => pool.close()))
    for (const child of processes.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  }
  afterEach(close)

  describe('with two workers, two tasks at a time each', () => {
    const both: ChildProcess[] = []
    beforeAll(async () => {
      both.push(...(await Promise.all([start(2), start(2)])))
      processes.splice(0)
    })
    afterAll(async () => {
      const exits = both.map(ended)
      for (const child of both) child.kill('SIGINT')
      expect(await Promise.all(exits)).toEqual([0, 0])
    })
    poolCases(work => queuePool({ url: redis.url }, work))

    it('says which worker a wrong file was read on', async () => {
      const pool = await open()
      await expect(pool.evaluate([{ fail: 'data' }])).rejects.toThrow('at the same paths')
    })

    it('leaves nothing of tasks and answers at the server once they are taken', async () => {
      const before = new Set(await client.keys('tandem:*'))
      const pool = await open()
      await pool.evaluate(Array.from({ length: 8 }, (_, draw) => ({ draw })))
      await pool.close()
      const left = async () =>
        (await client.keys('tandem:*')).filter(
          key => !before.has(key) && /answers|run:|evaluations:[0-9a-f]+-/.test(key),
        )
      // A worker reports to the queue after it has answered.
      await expect.poll(left, { timeout: 3000 }).toEqual([])
      expect(await client.llen('tandem:evaluations:wait')).toBe(0)
    })

    it('keeps one setup at the server, however many tasks and runs it has', async () => {
      const [one, other] = [await open(), await open()]
      await Promise.all([one, other].map(pool => pool.evaluate([{ draw: 1 }, { draw: 2 }, { draw: 3 }])))
      const setups = await client.keys('tandem:setup:*')
      const texts = await Promise.all(setups.map(key => client.get(key)))
      expect(texts.filter(text => text?.includes('"offset":0.5'))).toHaveLength(1)
    })

    it('gives up a task that ends whoever does it, and goes on', async () => {
      const pool = await open()
      const lost = await pool.evaluate([{ die: true }]).catch(error => error)
      expect(lost).toBeInstanceOf(LostTaskError)
      expect(lost.message).toContain('3 times')
      expect(await pool.evaluate([{ echo: 'on' }])).toEqual(['on'])
    })

    it('tells how many tasks can be done at a time', async () => {
      const pool = await open()
      await pool.evaluate([{ sleepMs: 700, value: 1 }])
      expect(pool.usage().workers).toBe(4)
    })
  })

  it('hands the task of a worker that was killed to another: results are complete and the same', async () => {
    const tasks = Array.from({ length: 12 }, (_, value) => ({ sleepMs: 300, value }))
    const victim = await start(2)
    const pool = await open()
    const results = pool.evaluate(tasks)
    await new Promise(resolve => setTimeout(resolve, 450))
    process.kill(victim.pid!, 'SIGKILL')
    const heir = await start(2)
    let told = ''
    heir.stdout!.on('data', data => {
      told += data
    })
    expect(await results).toEqual(tasks.map(({ value }) => value))
    const exit = ended(heir)
    heir.kill('SIGINT')
    expect(await exit).toBe(0)
    expect(told).toContain('Took over a task')
  })

  it('lets a worker finish its task before it leaves, and others take the rest', async () => {
    const leaver = await start()
    const pool = await open()
    const results = pool.evaluate([
      { sleepMs: 800, value: 1 },
      { sleepMs: 1, value: 2 },
    ])
    await new Promise(resolve => setTimeout(resolve, 400))
    const left = said(leaver, 'left after 1 tasks')
    leaver.kill('SIGINT')
    await left
    await start()
    expect(await results).toEqual([1, 2])
  })

  it('waits for workers that have not come yet, and says how to start one', async () => {
    await client.flushall()
    const lines: string[] = []
    const pool = await open({ say: line => lines.push(line) })
    const results = pool.evaluate([{ echo: 1 }])
    await new Promise(resolve => setTimeout(resolve, 1000))
    expect(lines.filter(line => line.includes(`tandem worker --queue ${redis.url}`))).toHaveLength(1)
    await start()
    expect(await results).toEqual([1])
  })

  it('drops the tasks of a run that is gone', async () => {
    const gone = await open()
    gone.evaluate([{ sleepMs: 1, value: 1 }]).catch(() => {})
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(await client.llen('tandem:evaluations:wait')).toBe(1)
    await gone.close()
    await start()
    const pool = await open()
    expect(await pool.evaluate([{ echo: 1 }])).toEqual([1])
    expect(await client.llen('tandem:evaluations:wait')).toBe(0)
  })

  it('refuses a worker and a run of another version at once, and tells those who are there', async () => {
    const lines: string[] = []
    const pool = await open({ say: line => lines.push(line) })
    const stranger = await start(1, '9.9.9').catch(error => error)
    expect(stranger.message).toContain('InputError: This worker of version 9.9.9')
    expect(stranger.message).toContain('Install one version on all machines')
    await expect(open({ version: '8.8.8' })).rejects.toThrow('This run of version 8.8.8')
    await new Promise(resolve => setTimeout(resolve, 700))
    expect(lines.join('\n')).toMatch(/(worker of version 9\.9\.9|run of version 8\.8\.8).* was refused/)
    await pool.close()
  })

  it('goes on after its server was restarted and has forgotten everything', async () => {
    const own = await startRedis()
    const script = fileURLToPath(new URL('./toy-worker.js', import.meta.url))
    const worker = spawn(process.execPath, [script, own.url, '1'])
    processes.push(worker)
    await said(worker, 'Working at')
    const pool = await open({}, own.url)
    const tasks = Array.from({ length: 6 }, (_, value) => ({ sleepMs: 250, value }))
    const results = pool.evaluate(tasks)
    await new Promise(resolve => setTimeout(resolve, 600))
    await own.stop()
    const again = await startRedis(own.port)
    expect(await results).toEqual([0, 1, 2, 3, 4, 5])
    await close()
    await again.stop()
  })

  it('ends with a message when its server is gone for good', async () => {
    const own = await startRedis()
    const pool = await open({}, own.url)
    const results = pool.evaluate([{ echo: 1 }])
    const silent = expect(results).rejects.toThrow('has not answered')
    await own.stop()
    await silent
    await expect(pool.evaluate([{ echo: 1 }])).rejects.toBeInstanceOf(RunError)
  })
})
