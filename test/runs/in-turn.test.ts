import { describe, expect, it } from 'vitest'
import { NothingYetError } from '../../src/errors.js'
import { inTurn } from '../../src/runs/index.js'
import { toEnd } from './to-end.js'
import { walk } from './toy-job.js'

const jobs = () =>
  [3, 1, 4].map((steps, seed) => ({ name: `walk ${seed}`, job: walk({ seed, steps: steps * 5 }) }))
const together = () => inTurn(jobs())

describe('jobs done in turn', () => {
  it('end as each of them alone', async () => {
    const { result, steps } = await toEnd(together)
    const alone = await Promise.all(jobs().map(({ job }) => toEnd(() => job)))
    expect(result).toEqual(alone.map(({ result }) => result))
    expect(steps).toBe(40)
  })

  it('end the same when packed and unpacked, within one and between two of them', async () => {
    expect(await toEnd(together, [7, 16, 19, 23])).toEqual(await toEnd(together))
  })

  it('say in the journal whose an entry is, and nothing of the kind where there is one alone', async () => {
    const { entries } = await toEnd(together)
    expect(entries.map(({ of }) => of)).toEqual([
      ...Array<string>(15).fill('walk 0'),
      ...Array<string>(5).fill('walk 1'),
      ...Array<string>(20).fill('walk 2'),
    ])
    const one = await toEnd(() => inTurn(jobs().slice(0, 1)))
    expect(one.entries.some(entry => 'of' in entry)).toBe(false)
  })

  describe('cut short', () => {
    const cutShort = async (job: ReturnType<typeof together>, steps: number) => {
      let state = await job.init()
      for (let step = 0; step < steps; step++) state = (await job.step(state)).state
      return job.result(state)
    }

    it('give what is finished, and what the one in hand has come to', async () => {
      const [first, second] = await Promise.all(
        [15, 2].map((steps, seed) => toEnd(() => walk({ seed, steps }))),
      )
      expect(await cutShort(together(), 17)).toEqual([first!.result, second!.result])
    })

    it('leave out one that has nothing yet, unless there is nothing else', async () => {
      const result = async () => {
        throw new NothingYetError('no step')
      }
      const [first, second] = jobs()
      const nothing = { ...second!, job: { ...second!.job, result } }
      expect(await cutShort(inTurn([first!, nothing]), 15)).toHaveLength(1)
      await expect(cutShort(inTurn([nothing, first!]), 0)).rejects.toThrow('no step')
    })
  })

  it('tell which of them is in hand', async () => {
    const job = together()
    let state = await job.init()
    for (let step = 0; step < 17; step++) state = (await job.step(state)).state
    expect(job.progress(state)).toEqual({ done: 2, total: 5, label: 'walk (2 of 3)' })
  })
})
