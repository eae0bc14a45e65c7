import { describe, expect, it } from 'vitest'
import { acceleratorCostModel, parseConstraint } from '../../src/cost/index.js'
import { readAccelerator, readPeModel } from '../../src/hardware/index.js'
import { random } from '../../src/random.js'
import {
  decideWithin,
  decode,
  exactPrice,
  largest,
  pricesOf,
  randomArchitecture,
  readSpace,
  searchable,
} from '../../src/search/index.js'

const space = readSpace('cifar10-tiny')
const model = acceleratorCostModel(readAccelerator('edge-int8'), readPeModel())
const prices = await pricesOf(space, ['latency<=60%', 'energy<=60%'].map(parseConstraint), { model })

describe('a search on an accelerator', () => {
  it('prices a network in latency and energy as the accelerator does', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const architecture = randomArchitecture(space, random(seed, 'accelerator'))
      const { latencyMs, energyMj } = await model.estimate(decode(space, architecture))
      expect(exactPrice(prices[0]!, space, architecture) / latencyMs!).toBeCloseTo(1, 6)
      expect(exactPrice(prices[1]!, space, architecture) / energyMj!).toBeCloseTo(1, 6)
    }
  })

  it('decides within both budgets at once', async () => {
    const whole = await model.estimate(decode(space, largest(space)))
    for (let seed = 0; seed < 8; seed++) {
      const stream = random(seed, 'margins')
      const margins = searchable(space).map(({ kernels, expansions }) => ({
        kernel: kernels.slice(1).map(() => stream.normal()),
        expansion: expansions.map(() => stream.normal()),
      }))
      const found = await model.estimate(decode(space, decideWithin(space, margins, prices)))
      expect(found.latencyMs!).toBeLessThanOrEqual(0.6 * whole.latencyMs! * (1 + 1e-9))
      expect(found.energyMj!).toBeLessThanOrEqual(0.6 * whole.energyMj! * (1 + 1e-9))
    }
  })
})
