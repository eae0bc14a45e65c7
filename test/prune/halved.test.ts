import { expect, it } from 'vitest'
import { count, inferShapes } from '../../src/network/index.js'
import { halved } from '../../src/prune/index.js'
import { smallModel } from './small-model.js'

const OPTIONS = { keep: [], keepAtLeast: 0.1, roundTo: 1, reduce: 'sum' } as const

it('the structure of a pruned network stands in for it: about half of every group goes, and no weights are in it', async () => {
  const network = smallModel()
  const half = await halved(network, OPTIONS)
  expect(half.weights).toEqual({})
  expect(count(half).macs).toBeLessThan(0.5 * count(network).macs)
  const [before, after] = [network, half].map(inferShapes)
  for (const name of ['stem', 'inner', 'last']) {
    const share = after!.get(name)!.at(-1)! / before!.get(name)!.at(-1)!
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.75)
  }
  const rounded = await halved(network, { ...OPTIONS, roundTo: 4 })
  expect(inferShapes(rounded).get('inner')!.at(-1)! % 4).toBe(0)
})
