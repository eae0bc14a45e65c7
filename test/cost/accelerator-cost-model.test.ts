import { describe, expect, it } from 'vitest'
import { acceleratorCostModel } from '../../src/cost/index.js'
import { CostError } from '../../src/errors.js'
import { accelerator } from '../../src/hardware/index.js'
import { count, resnet } from '../../src/network/index.js'
import { factsPeModel } from '../hardware/facts-pe-model.js'

const network = resnet({ depth: 20 })
const model = (knobs = {}) => acceleratorCostModel(accelerator({ peType: 'int8', ...knobs }), factsPeModel)

describe('the cost model of an accelerator', () => {
  it('gives every figure, and those of the layers that sum to it', async () => {
    const { macs, params } = count(network)
    expect(model()).toMatchObject({ kind: 'accelerator', name: 'accelerator (int8)' })
    const cost = await model().estimate(network)
    expect(cost).toMatchObject({ macs, params })
    expect(cost.areaMm2).toBeCloseTo(168 * 0.016637 + 0.419, 6)
    const sum = (figure: 'latencyMs' | 'energyMj') =>
      cost.layers!.reduce((total, layer) => total + layer[figure]!, 0)
    expect(sum('latencyMs') / cost.latencyMs!).toBeCloseTo(1, 9)
    expect(sum('energyMj') / cost.energyMj!).toBeCloseTo(1, 9)
    expect(cost.layers!.map(({ name }) => name)).toContain('stage2/block1/conv1')
  })

  it('throws CostError, naming the layer or the knob', async () => {
    await expect(model({ ifmapWords: 2 }).estimate(network)).rejects.toThrow(CostError)
    await expect(model({ ifmapWords: 2 }).estimate(network)).rejects.toThrow(/"stem".*ifmapWords 3/)
    await expect(model({ clockMhz: 2000 }).estimate(network)).rejects.toThrow(/clockMhz 2000 is too fast/)
  })
})
