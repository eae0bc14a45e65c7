import { describe, expect, it } from 'vitest'
import { LostTaskError } from '../../src/errors.js'
import { poolCases } from './pool-cases.js'
import { toyPool, toyWork } from './staffs.js'

describe('this thread as the only worker', () => {
  poolCases(work => toyPool({ threads: 0 }, work))

  it('does the work itself', async () => {
    const pool = await toyPool<{ isMainThread: boolean }>({ threads: 0 })
    expect((await pool.evaluate([{ where: true }]))[0]!.isMainThread).toBe(true)
    await pool.close()
  })
})

describe('one thread', () => poolCases(work => toyPool({ threads: 1 }, work)))

describe('four threads', () => {
  poolCases(work => toyPool({ threads: 4 }, work))

  it('work at the same time, in threads of their own', async () => {
    const pool = await toyPool<{ isMainThread: boolean }>({ threads: 4 })
    await pool.evaluate(Array.from({ length: 4 }, (_, value) => ({ sleepMs: 1, value })))
    const started = performance.now()
    await pool.evaluate(Array.from({ length: 4 }, (_, value) => ({ sleepMs: 600, value })))
    expect(performance.now() - started).toBeLessThan(2000)
    expect((await pool.evaluate([{ where: true }]))[0]!.isMainThread).toBe(false)
    await pool.close()
  })

  it('a thread that dies costs its task and is replaced', async () => {
    const pool = await toyPool({ threads: 2 })
    const lost = await pool.evaluate([{ echo: 1 }, { die: true }]).catch(error => error)
    expect(lost).toBeInstanceOf(LostTaskError)
    expect(lost.message).toContain('The thread that did a task was lost')
    expect(await pool.evaluate([{ echo: 1 }, { echo: 2 }, { echo: 3 }])).toEqual([1, 2, 3])
    await pool.close()
  })

  it('give up a task that takes longer than the limit, and go on', async () => {
    const pool = await toyPool({ threads: 1 }, { ...toyWork, limitSeconds: 1 })
    const late = await pool.evaluate([{ sleepMs: 8000, value: 1 }]).catch(error => error)
    expect(late).toBeInstanceOf(LostTaskError)
    expect(late.message).toBe('took longer than 1 s')
    expect(await pool.evaluate([{ echo: 1 }, { echo: 2 }])).toEqual([1, 2])
    await pool.close()
  })
})
