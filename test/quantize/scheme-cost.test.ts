import { describe, expect, it } from 'vitest'
import { acceleratorCostModel } from '../../src/cost/index.js'
import { accelerator, PE_TYPES, readAccelerator, readPeModel, withPeType } from '../../src/hardware/index.js'
import { resnet } from '../../src/network/index.js'
import { onFront, schemeCost, schemes } from '../../src/quantize/index.js'

const network = resnet({ depth: 20 })
const [given, peModel] = [readAccelerator('edge-int8'), readPeModel()]
const priced = (scheme: keyof typeof schemes, terms?: Record<string, number[]>) =>
  schemeCost(network, schemes[scheme], { given, peModel, terms })
const layers = network.layers.flatMap(layer => (layer.type === 'conv' || layer.type === 'dense' ? layer : []))
/** k terms for every filter. */
const everywhere = (k: number) =>
  Object.fromEntries(
    layers.map(layer => [
      layer.name,
      Array<number>(layer.type === 'conv' ? layer.filters : layer.units).fill(k),
    ]),
  )

describe('an array with elements of another type', () => {
  it.each(PE_TYPES)('is that of its file: edge with %s', type => {
    const { name: _, ...swapped } = withPeType(given, type)
    const { name: __, ...written } = readAccelerator(`edge-${type}`)
    expect(swapped).toEqual(written)
  })

  it('keeps every knob but the widths', () => {
    const odd = accelerator({ peType: 'int16', rows: 7, bufferKib: 64, psumBits: 40, clockMhz: 250 })
    const swapped = withPeType(odd, 'lightpe-1')
    expect(swapped).toMatchObject({ rows: 7, bufferKib: 64, clockMhz: 250 })
    expect([swapped.activationBits, swapped.weightBits, swapped.psumBits]).toEqual([8, 4, 24])
    expect(withPeType(odd, 'int16')).toBe(odd)
  })
})

describe('the cost of a scheme', () => {
  it('is that of the network on such elements', async () => {
    const { accelerator: built, cost } = (await priced('lightnn-2'))!
    expect(built.peType).toBe('lightpe-2')
    const { layers: _, ...own } = await acceleratorCostModel(built, peModel).estimate(network)
    expect(cost).toEqual(own)
  })

  it('of one term a filter is that of lightnn-1, and grows by a layer at a time', async () => {
    const one = (await priced('flightnn', everywhere(1)))!.cost
    const [two, light] = [(await priced('flightnn', everywhere(2)))!.cost, (await priced('lightnn-1'))!.cost]
    expect(one.latencyMs).toBeCloseTo(light.latencyMs!, 10)
    expect(one.energyMj).toBeCloseTo(light.energyMj!, 10)
    expect(one.areaMm2).toBe(light.areaMm2)
    const half = everywhere(1)
    const last = layers.at(-1)!.name
    half[last] = half[last]!.map(() => 2)
    const between = (await priced('flightnn', half))!.cost
    expect(between.latencyMs).toBeGreaterThan(one.latencyMs!)
    expect(between.latencyMs).toBeLessThan(two.latencyMs!)
  })

  it('is unknown where no element computes it', async () => {
    expect(await priced('binary')).toBeUndefined()
  })

  it('is refused at a clock that the elements do not reach', async () => {
    const fast = { ...given, clockMhz: 2000 }
    await expect(schemeCost(network, schemes.int16, { given: fast, peModel })).rejects.toThrow(
      /edge-int8 with int16: clockMhz 2000 is too fast/,
    )
  })
})

it('a front is what nothing betters, equals among it', () => {
  const points = [
    [1, 5],
    [2, 4],
    [2, 5],
    [3, 4],
    [1, 5],
    [4, 1],
  ] as const
  expect(onFront(points, point => point)).toEqual([
    [1, 5],
    [2, 4],
    [1, 5],
    [4, 1],
  ])
})
