import { describe, expect, it } from 'vitest'
import { affineTable, rankingFigures } from '../../src/prune/plan-index.js'
import { drawFigure } from '../../src/runs/index.js'

const ranked = {
  order: [7, 0, 1, 4],
  layers: [
    { layer: 'first', atoms: Int32Array.of(0, 1, 2, 3) },
    { layer: 'second', atoms: Int32Array.of(4, 7) },
  ],
  cuts: [{ budget: 'macs<=50%', count: 2 }],
}

describe('the figure of a ranking', () => {
  it('shows when the filters of every layer go, and where a budget cuts', async () => {
    const svg = await drawFigure(rankingFigures(ranked)[0]!, 'f')
    const texts = [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, text]) => text)
    expect(texts).toEqual([
      'layer: first; from: 25.0%; to: 50.0%; filters: 1; of the layer: 25.0%',
      'layer: first; from: 50.0%; to: 75.0%; filters: 1; of the layer: 25.0%',
      'layer: second; from: 0.0%; to: 25.0%; filters: 1; of the layer: 50.0%',
      'layer: second; from: 75.0%; to: 100.0%; filters: 1; of the layer: 50.0%',
    ])
    expect(svg).toContain('macs&lt;=50%')
  })

  it('is left out where nothing can go', () => {
    expect(rankingFigures({ ...ranked, order: [] })).toEqual([])
  })

  it('has what was learned beside it', () => {
    expect(affineTable({ first: { alpha: 1.5, kappa: -2 } }).rows).toEqual([['first', 1.5, -2]])
  })
})
