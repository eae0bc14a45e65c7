import { describe, expect, it } from 'vitest'
import { NothingYetError } from '../../src/errors.js'
import type { Job } from '../../src/runs/index.js'
import { followedBy } from '../../src/runs/index.js'

/** Counts to `to` from `from` in ones, and keeps the count in a tensor. */
const counting = (from: number, to: number, label: string): Job<{ readonly at: number }, number> => ({
  init: async () => ({ at: from }),
  step: async ({ at }) => ({ state: { at: at + 1 }, report: { entries: [{ entry: { [label]: at + 1 } }] } }),
  done: ({ at }) => at >= to,
  result: async ({ at }) => at,
  pack: ({ at }) => ({ json: {}, tensors: { at: { shape: [1], data: Float32Array.of(at) } } }),
  unpack: async ({ tensors }) => ({ at: tensors['at']!.data[0]! }),
  progress: ({ at }) => ({ done: at - from, total: to - from, label }),
})

const three = () =>
  followedBy(
    followedBy(counting(0, 2, 'first'), reached => counting(10 * reached, 10 * reached + 3, 'second')),
    ([, reached]) => counting(100 * reached!, 100 * reached! + 2, 'third'),
  )

describe('a job that is followed by another', () => {
  it('hands on what it came to, and ends as the last one does', async () => {
    const job = three()
    let state = await job.init()
    const told: unknown[] = []
    const labels = new Set<string>()
    while (!job.done(state)) {
      labels.add(job.progress(state).label)
      const { state: next, report } = await job.step(state)
      told.push(...report!.entries!.map(({ entry }) => entry))
      state = next
    }
    expect(await job.result(state)).toEqual([[2, 23], 2302])
    expect(told).toHaveLength(7)
    expect([...labels]).toEqual(['first', 'second', 'third'])
  })

  it('goes on from a snapshot of any of its states', async () => {
    let state = await three().init()
    let steps = 0
    for (; ; steps++) {
      const [before, after] = [three(), three()]
      // A job that has not made a state itself packs only what it has unpacked.
      state = await after.unpack(
        structuredClone(
          before.pack(await before.unpack(structuredClone(steps === 0 ? before.pack(state) : last!))),
        ),
      )
      if (after.done(state)) {
        expect(await after.result(state)).toEqual([[2, 23], 2302])
        break
      }
      state = (await after.step(state)).state
      last = after.pack(state)
    }
    expect(steps).toBe(7)
  })

  it('cut short gives what the one in hand has come to, or else what those before it had', async () => {
    const results = new Map<number, unknown>()
    for (const steps of [1, 3, 6]) {
      const job = three()
      let state = await job.init()
      for (let step = 0; step < steps; step++) state = (await job.step(state)).state
      results.set(steps, await job.result(state))
    }
    expect(results.get(1)).toEqual([[1, undefined], undefined])
    expect(results.get(3)).toEqual([[2, 21], undefined])
    expect(results.get(6)).toEqual([[2, 23], 2301])

    const result = async () => {
      throw new NothingYetError('not counted')
    }
    const job = followedBy(counting(0, 1, 'first'), () => ({ ...counting(5, 9, 'second'), result }))
    const { state } = await job.step(await job.init())
    expect(await job.result(state)).toEqual([1, undefined])
  })

  it('ends alone where nothing follows', async () => {
    const job = followedBy(counting(0, 1, 'only'), () => undefined)
    const { state } = await job.step(await job.init())
    expect(job.done(state)).toBe(true)
    expect(await job.result(await job.unpack(job.pack(state)))).toEqual([1, undefined])
  })
})

let last: ReturnType<ReturnType<typeof three>['pack']> | undefined
