import { afterEach, expect, it } from 'vitest'
import { ConfigError, DataError, InfeasibleError, RunError } from '../../src/errors.js'
import { random } from '../../src/random.js'
import type { Work, WorkerPool } from '../../src/workers/index.js'

type Open = (work?: Work) => Promise<WorkerPool<unknown, unknown>>

/** What every pool must do, whoever does its work; to be called inside a `describe`. */
export function poolCases(openPool: Open): void {
  const pools: WorkerPool[] = []
  const open: Open = async work => {
    const pool = await openPool(work)
    pools.push(pool)
    return pool
  }
  afterEach(async () => {
    await Promise.all(pools.splice(0).map(pool => pool.close()))
  })

  it('gives the results in the order of the tasks, whatever time each takes', async () => {
    const pool = await open()
    const tasks = [60, 5, 40, 0, 20, 1].map((sleepMs, value) => ({ sleepMs, value }))
    expect(await pool.evaluate(tasks)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('gives the bits that the tasks’ own random paths give', async () => {
    const pool = await open()
    const draws = Array.from({ length: 40 }, (_, draw) => ({ draw }))
    const expected = draws.map(({ draw }) => random(7, 'toy', draw).normal() + 0.5)
    const found = [...(await pool.evaluate(draws.slice(0, 7))), ...(await pool.evaluate(draws.slice(7)))]
    expect(found).toEqual(expected)
  })

  it('carries every number both ways bit for bit, and nothing where there is nothing', async () => {
    const pool = await open()
    const values = [Number.NaN, Infinity, -Infinity, -0, 5e-324, 0.1 + 0.2, null, 'ä', [], { a: [1] }]
    const found = await pool.evaluate(values.map(echo => ({ echo })))
    expect(found.map(value => Object.is(value, -0))).toEqual(values.map(value => Object.is(value, -0)))
    expect(found).toEqual(values)
    expect(await pool.evaluate([])).toEqual([])
  })

  it('brings back the named error of the first task that has one, in the order of the tasks', async () => {
    const pool = await open()
    const failing = (...fails: string[]) => pool.evaluate([{ echo: 1 }, ...fails.map(fail => ({ fail }))])
    const data = await failing('data', 'infeasible').catch(error => error)
    expect(data).toBeInstanceOf(DataError)
    expect([data.name, data.exitCode, data.message.split('\n')[0]]).toEqual([
      'DataError',
      2,
      'cats.bin: 3 bytes are missing',
    ])
    const config = await failing('config').catch(error => error)
    expect(config).toBeInstanceOf(ConfigError)
    expect([config.where, config.message.split('\n')[0]]).toEqual([
      'space.yaml:7',
      'space.yaml:7: no choice "9x9"',
    ])
    await expect(failing('infeasible', 'data')).rejects.toBeInstanceOf(InfeasibleError)
    const plain = await failing('plain').catch(error => error)
    expect([plain.name, plain.message]).toEqual(['RangeError', 'index 9 of 3'])
    expect(await pool.evaluate([{ echo: 'still here' }])).toEqual(['still here'])
  })

  it('tells when no evaluator can be made of the setup, and when its kind is unknown', async () => {
    const refusing = await open({ kind: 'refusing', setup: {} })
    const error = await refusing.evaluate([{ draw: 1 }]).catch(error => error)
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toContain('data/cifar10: no such folder')
    const unknown = await open({ kind: 'unheard', setup: {} })
    await expect(unknown.evaluate([{ draw: 1 }])).rejects.toThrow('unheard')
  })

  it('makes an evaluator once for each worker', async () => {
    const pool = await open()
    const where = (await pool.evaluate(Array.from({ length: 12 }, () => ({ where: true })))) as {
      made: number
    }[]
    const again = (await pool.evaluate([{ where: true }])) as { made: number }[]
    expect([...where, ...again].map(({ made }) => made).every(made => made === where[0]!.made)).toBe(true)
  })

  it('closes at once: what is awaited is rejected, and so is what comes later', async () => {
    const pool = await open()
    const awaited = pool.evaluate([{ sleepMs: 5000, value: 1 }, { echo: 2 }])
    const rejected = expect(awaited).rejects.toBeInstanceOf(RunError)
    await new Promise(resolve => setTimeout(resolve, 100))
    const started = performance.now()
    await pool.close()
    await rejected
    expect(performance.now() - started).toBeLessThan(3000)
    await expect(pool.evaluate([{ echo: 3 }])).rejects.toThrow('nothing more can be evaluated')
  })

  it('tells how much was evaluated, how busy the workers were and how many tasks wait', async () => {
    const pool = await open()
    const evaluated = pool.evaluate(Array.from({ length: 16 }, (_, value) => ({ sleepMs: 15, value })))
    await new Promise(resolve => setTimeout(resolve, 5))
    expect(pool.usage().queueDepth).toBeGreaterThan(0)
    await evaluated
    const usage = pool.usage()
    expect(usage).toMatchObject({ evaluated: 16, queueDepth: 0 })
    expect(usage.utilisation).toBeGreaterThan(0)
    expect(usage.utilisation).toBeLessThanOrEqual(1)
  })
}
