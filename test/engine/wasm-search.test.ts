import './on-wasm.js'
import { describe, expect, it } from 'vitest'
import { tf } from '../../src/engine/index.js'
import { exactPrice } from '../../src/search/index.js'
import { toEnd } from '../runs/to-end.js'
import { outcome, SMALL, STEPS, smallSearch } from '../search/small-search.js'

const searched = async (repacked?: readonly number[]) =>
  outcome((await toEnd(() => smallSearch(), repacked)).result)

describe('a search on wasm', () => {
  it('ends with the same bits when it is stopped and resumed in every phase', async () => {
    expect(tf.getBackend()).toBe('wasm')
    const straight = await searched()
    const { search, training } = STEPS
    expect(await searched([0, 5, search - 1, search + 3, search + training + 2])).toEqual(straight)
    expect(tf.memory().numTensors).toBe(0)
  })

  it('by a multi-path supernet with noise finds a network within the bounds', async () => {
    const job = smallSearch({
      search: { ...SMALL.search, epochs: 2, formulation: 'gumbel' },
      training: { ...SMALL.training, epochs: 1 },
      baselines: [],
    })
    let state = await job.init()
    while (!job.done(state)) ({ state } = await job.step(state))
    const { trained } = await job.result(state)
    for (const price of SMALL.prices)
      expect(exactPrice(price, SMALL.space, trained[0]!.architecture)).toBeLessThanOrEqual(price.bound)
    job.dispose?.(state)
    expect(tf.memory().numTensors).toBe(0)
  })
})
