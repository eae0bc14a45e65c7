import type { ReportFigure } from '../runs/index.js'
import type { LayerCost } from './cost.js'

/** A network priced layer by layer, by the name it goes under. */
export interface PricedLayers {
  readonly name: string
  /** Absent where its price does not tell layers apart. */
  readonly layers?: readonly LayerCost[] | undefined
}

/** Rows that can be read; layers of more are added up by their blocks. */
const MOST_ROWS = 48

/** Networks side by side in one figure; bars of more would be hairs. */
const MOST_NETWORKS = 4

const MEASURES = [
  ['latencyMs', 'latency, ms'],
  ['energyMj', 'energy, mJ'],
] as const

/**
 * Latency and energy of every layer as bars, networks side by side, layers by their names in the order of the first network
 * that has them. None where no network is priced layer by layer.
 */
export function layerFigures(
  networks: readonly PricedLayers[],
  title = 'What each layer costs',
): ReportFigure[] {
  const priced = networks
    .filter(({ layers }) => layers !== undefined && layers.length > 0)
    .slice(0, MOST_NETWORKS)
  if (priced.length === 0) return []
  const most = Math.max(...priced.map(({ layers }) => layers!.length))
  const values = priced.flatMap(({ name: network, layers }) =>
    (most > MOST_ROWS ? byBlock(layers!) : layers!).map(({ name: layer, latencyMs, energyMj }) => ({
      ...{ layer, network },
      ...(latencyMs !== undefined && { latencyMs }),
      ...(energyMj !== undefined && { energyMj }),
    })),
  )
  const order = [...new Set(values.map(({ layer }) => layer))]
  const measures = MEASURES.filter(([field]) => values.some(value => value[field] !== undefined))
  const several = priced.length > 1
  const names = priced.map(({ name }) => name)
  const charts = measures.map(([field, name], i) => ({
    ...{ width: measures.length > 1 ? 250 : 420, height: { step: several ? 7 : 12 } },
    mark: { type: 'bar' },
    encoding: {
      y: {
        ...{ field: 'layer', type: 'nominal', title: null, sort: order },
        axis: i === 0 ? { labelLimit: 200, labelFontSize: 10 } : { labels: false, ticks: false },
      },
      x: { field, type: 'quantitative', title: name, axis: { tickCount: 4 } },
      ...(several && {
        yOffset: { field: 'network', sort: names },
        color: { field: 'network', type: 'nominal', title: null, sort: names },
      }),
      tooltip: [
        { field: 'layer' },
        ...(several ? [{ field: 'network' }] : []),
        ...measures.map(([field, title]) => ({ field, title })),
      ],
    },
  }))
  return [{ title, spec: { data: { values }, hconcat: charts } }]
}

/** Layers added up by what their names have before the last `/`. */
function byBlock(layers: readonly LayerCost[]): readonly LayerCost[] {
  const blocks = new Map<string, LayerCost>()
  for (const { name, ...costs } of layers) {
    const block = name.replace(/\/[^/]*$/, '')
    const before = blocks.get(block)
    const sum = { name: block, ...costs }
    blocks.set(block, before === undefined ? sum : added(before, sum))
  }
  return [...blocks.values()]
}

const added = (a: LayerCost, b: LayerCost): LayerCost => ({
  name: a.name,
  ...(a.latencyMs !== undefined && { latencyMs: a.latencyMs + (b.latencyMs ?? 0) }),
  ...(a.energyMj !== undefined && { energyMj: a.energyMj + (b.energyMj ?? 0) }),
})
