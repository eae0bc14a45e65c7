import { describe, expect, it } from 'vitest'
import { layerFigures } from '../../src/cost/index.js'
import { drawFigure } from '../../src/runs/index.js'

const layersOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    ...{ name: `block${Math.floor(i / 4)}/conv${i % 4}`, latencyMs: 1 + i, energyMj: 2 + i },
  }))
const marks = async (figures: ReturnType<typeof layerFigures>) =>
  [...(await drawFigure(figures[0]!, 'f')).matchAll(/<title>([^<]*)<\/title>/g)].map(([, text]) => text)

describe('the bars of layers', () => {
  it('are one for latency and one for energy of every layer of every network, and tell both', async () => {
    const texts = await marks(
      layerFigures([
        { name: 'incoming', layers: layersOf(3) },
        { name: 'pruned', layers: layersOf(2) },
      ]),
    )
    expect(texts).toHaveLength(2 * (3 + 2))
    expect(texts).toContain('layer: block0/conv1; network: pruned; latency, ms: 2; energy, mJ: 3')
  })

  it('leave out what is not priced', async () => {
    expect(layerFigures([{ name: 'counted' }, { name: 'empty', layers: [] }])).toEqual([])
    const texts = await marks(layerFigures([{ name: 'a', layers: [{ name: 'b01', latencyMs: 1.5 }] }]))
    expect(texts).toEqual(['layer: b01; latency, ms: 1.5'])
  })

  it('of a deep network are those of its blocks, and add up to the same', async () => {
    const layers = layersOf(80)
    const [figure] = layerFigures([{ name: 'deep', layers }])
    const { values } = (figure!.spec as { data: { values: { latencyMs: number; energyMj: number }[] } }).data
    expect(values).toHaveLength(20)
    const sum = (all: readonly { latencyMs: number }[]) =>
      all.reduce((total, { latencyMs }) => total + latencyMs, 0)
    expect(sum(values)).toBeCloseTo(sum(layers), 9)
    expect(await marks([figure!])).toContain('layer: block1; latency, ms: 26; energy, mJ: 30')
  })
})
