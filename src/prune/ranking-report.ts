import type { ReportFigure as Figure, ReportTable as Table } from '../runs/index.js'
import type { Affine } from './affine.js'

/** A ranking, by the layers whose filters it orders. */
export interface Ranked {
  /** Atoms in the order in which they go; those that stay are not among them. */
  readonly order: readonly number[]
  /** The atom of every filter of a layer. */
  readonly layers: readonly { readonly layer: string; readonly atoms: Int32Array }[]
  /** How many atoms of the order go for a budget. */
  readonly cuts: readonly { readonly budget: string; readonly count: number }[]
}

const BINS = 25

/** When the filters of every layer go: which share of a layer stands where in the order, and where budgets cut it. */
export function rankingFigures({ order, layers, cuts }: Ranked): Figure[] {
  if (order.length === 0 || layers.length === 0) return []
  const places = new Map(order.map((atom, place) => [atom, place]))
  const bins = Math.min(BINS, order.length)
  const width = 1 / bins
  const values = layers.flatMap(({ layer, atoms }) => {
    const counts = Array<number>(bins).fill(0)
    for (const atom of atoms) {
      const place = places.get(atom)
      if (place !== undefined) counts[Math.floor((place * bins) / order.length)]!++
    }
    return counts.flatMap((filters, bin) =>
      filters === 0
        ? []
        : [{ layer, from: bin * width, to: (bin + 1) * width, filters, share: filters / atoms.length }],
    )
  })
  const y = { field: 'layer', type: 'nominal', title: null, sort: layers.map(({ layer }) => layer) }
  const axis = { title: 'place in the order in which filters go', scale: { domain: [0, 1] } }
  const x = { type: 'quantitative', ...axis, axis: { format: '%' } }
  const rules = cuts.map(({ budget, count }) => ({ budget, at: count / order.length }))
  return [
    {
      title: 'Filter ranking: when the filters of each layer go',
      spec: {
        height: { step: 16 },
        layer: [
          {
            data: { values },
            mark: 'rect',
            encoding: {
              ...{ y, x: { field: 'from', bin: 'binned', ...x }, x2: { field: 'to' } },
              color: {
                ...{ field: 'share', type: 'quantitative', title: 'share of the layer' },
                scale: { domainMin: 0 },
                legend: { format: '%', gradientLength: 140 },
              },
              tooltip: [
                ...[{ field: 'layer' }, { field: 'from', title: 'from', format: '%' }],
                ...[{ field: 'to', title: 'to', format: '%' }, { field: 'filters' }],
                { field: 'share', title: 'of the layer', format: '%' },
              ],
            },
          },
          {
            data: { values: rules },
            mark: { type: 'rule', strokeDash: [4, 4], color: '#888888' },
            encoding: { x: { field: 'at', ...x } },
          },
          {
            data: { values: rules },
            mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 3, dy: -2, fontSize: 10 },
            encoding: {
              x: { field: 'at', ...x },
              y: { value: 0 },
              text: { field: 'budget', type: 'nominal' },
            },
          },
        ],
      },
    },
  ]
}

/** What LeGR has learned of every layer: its filters are ranked by α·‖w‖² + κ. */
export const affineTable = (affine: Affine): Table => ({
  title: 'What the ranking has learned of each layer',
  columns: ['layer', 'α', 'κ'],
  rows: Object.entries(affine).map(([layer, { alpha, kappa }]) => [layer, alpha, kappa]),
})
