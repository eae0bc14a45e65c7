import type { ActivationStatistics } from './activation-statistics.js'
import type { QuantizeResult } from './quantize-job.js'
import { kernelOf } from './quantize-kernels.js'
import type { QuantizeEpoch } from './quantize-state.js'

type Figure = { readonly title: string; readonly spec: Readonly<Record<string, unknown>> }
type Cell = string | number | undefined
type Table = {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const average = (values: readonly number[]): number => values.reduce((sum, k) => sum + k, 0) / values.length
const share = (values: readonly number[], value: number): number =>
  values.filter(each => each === value).length / values.length

/** What became of every quantized layer: its weights, its terms where filters have their own, how far values reach. */
export function layerTable({ network, layers, terms }: QuantizeResult): Table {
  const rows = layers.map((layer): Cell[] => {
    const { data } = network.weights[kernelOf(layer)]!
    const filters = terms?.[layer]
    return [
      ...[layer, data.length, new Set(data).size],
      ...(filters ? [average(filters), ...[0, 1, 2].map(k => percent(share(filters, k)))] : []),
    ]
  })
  return {
    title: 'Quantized layers',
    columns: [
      ...['layer', 'weights', 'different values'],
      ...(terms ? ['terms a weight', 'filters of no term', 'of one', 'of two'] : []),
    ],
    rows,
  }
}

/** What is rounded, before training and after. */
export function roundingTable({ statistics: { before, after } }: QuantizeResult): Table {
  const signs = after.some(({ channels }) => channels)
  const rows = after.map(({ tensor, bits, beyond, channels }, i): Cell[] => {
    const first = before[i]!
    const pair = (of: keyof NonNullable<typeof channels>) =>
      channels ? `${percent(first.channels![of])} → ${percent(channels[of])}` : undefined
    return [
      ...[tensor, bits, `${percent(first.beyond)} → ${percent(beyond)}`],
      ...(signs ? [pair('degeneration'), pair('saturation'), pair('mismatch')] : []),
    ]
  })
  return {
    title: 'Rounded feature maps, before training → after',
    columns: [
      ...['feature map', 'bits', 'values beyond'],
      ...(signs ? ['channels of one sign', 'saturated', 'mismatched'] : []),
    ],
    rows,
  }
}

/** The figures of a quantization as vega-lite specifications; those without data are left out. */
export function quantizeFigures(result: QuantizeResult): Figure[] {
  const { epochs, terms, statistics, constraint } = result
  return [
    weightFigure(result),
    ...(terms ? [termsFigure(terms)] : []),
    ...(epochs.length > 1 && epochs.some(({ price }) => price !== undefined)
      ? [priceFigure(epochs, constraint?.metric ?? 'terms', constraint?.bound)]
      : []),
    ...(statistics.after.some(({ channels }) => channels) ? [shapeFigure(statistics)] : []),
    valueFigure(statistics.after),
  ]
}

const BINS = 33

/** Shares of a layer's weights by their size against its largest, from −1 to 1. */
export function weightHistogram(data: Float32Array): readonly number[] {
  const most = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const counts = Array<number>(BINS).fill(0)
  for (const value of data) {
    const at = most > 0 ? (value / most + 1) / 2 : 0.5
    counts[Math.min(BINS - 1, Math.floor(at * BINS))]!++
  }
  return counts.map(count => count / data.length)
}

const heat = (title: string, values: readonly object[], x: string, y: string): Figure => ({
  title,
  spec: {
    data: { values },
    mark: 'rect',
    encoding: {
      x: { field: 'from', type: 'quantitative', bin: 'binned', title: x },
      x2: { field: 'to' },
      y: { field: 'name', type: 'nominal', sort: null, title: y },
      color: { field: 'share', type: 'quantitative', scale: { type: 'sqrt' }, axis: { format: '%' } },
    },
  },
})

function weightFigure({ network, layers }: Pick<QuantizeResult, 'network' | 'layers'>): Figure {
  const values = layers.flatMap(name =>
    weightHistogram(network.weights[kernelOf(name)]!.data).map((share, bin) => ({
      ...{ name, share },
      from: (2 * bin) / BINS - 1,
      to: (2 * (bin + 1)) / BINS - 1,
    })),
  )
  return heat('Weights of each layer', values, 'weight / largest of its layer', 'layer')
}

function valueFigure(statistics: readonly ActivationStatistics[]): Figure {
  const values = statistics.flatMap(({ tensor: name, bits, histogram: { high, counts } }) => {
    const total = counts.reduce((sum, count) => sum + count, 0)
    const range = bits === 1 ? high : 1
    return counts.map((count, bin) => ({
      ...{ name, share: count / total },
      from: range * ((2 * bin) / counts.length - 1),
      to: range * ((2 * (bin + 1)) / counts.length - 1),
    }))
  })
  const signs = statistics.some(({ bits }) => bits === 1)
  const title = signs ? 'value before its sign' : 'value / outermost integer'
  return heat('Values that are rounded', values, title, 'feature map')
}

const termsFigure = (terms: NonNullable<QuantizeResult['terms']>): Figure => ({
  title: 'Terms of the filters of each layer',
  spec: {
    data: {
      values: Object.entries(terms).flatMap(([layer, filters]) =>
        [0, 1, 2].map(k => ({ layer, terms: k, share: share(filters, k) })),
      ),
    },
    mark: 'bar',
    encoding: {
      x: {
        field: 'share',
        type: 'quantitative',
        stack: 'normalize',
        axis: { format: '%' },
        title: 'filters',
      },
      y: { field: 'layer', type: 'nominal', sort: null },
      color: { field: 'terms', type: 'ordinal', scale: { scheme: 'blues' } },
      order: { field: 'terms' },
    },
  },
})

const priceFigure = (
  epochs: readonly QuantizeEpoch[],
  metric: string,
  bound: number | undefined,
): Figure => ({
  title: `Price of terms while training`,
  spec: {
    layer: [
      {
        data: { values: epochs.map(({ epoch, price }) => ({ epoch, price })) },
        mark: { type: 'line', point: true },
        encoding: {
          x: { field: 'epoch', type: 'quantitative', axis: { tickMinStep: 1 } },
          y: { field: 'price', type: 'quantitative', title: metric, scale: { zero: false } },
        },
      },
      ...(bound === undefined
        ? []
        : [
            {
              data: { values: [{ bound }] },
              mark: { type: 'rule', strokeDash: [4, 4] },
              encoding: { y: { field: 'bound', type: 'quantitative' } },
            },
          ]),
    ],
  },
})

const SHAPES = ['degeneration', 'saturation', 'mismatch'] as const

/** The parts of the distribution loss, before training and after. */
function shapeFigure({ before, after }: QuantizeResult['statistics']): Figure {
  const values = [before, after].flatMap((statistics, i) =>
    statistics.flatMap(({ tensor, losses }) =>
      losses
        ? SHAPES.map(shape => ({ tensor, shape, when: i === 0 ? 'before' : 'after', loss: losses[shape] }))
        : [],
    ),
  )
  return {
    title: 'Distribution loss of what becomes signs',
    spec: {
      facet: { column: { field: 'shape', type: 'nominal', sort: [...SHAPES], title: null } },
      data: { values },
      spec: {
        width: 150,
        mark: 'point',
        encoding: {
          x: { field: 'loss', type: 'quantitative', title: 'mean over channels' },
          y: { field: 'tensor', type: 'nominal', sort: null, title: null },
          color: { field: 'when', type: 'nominal', sort: ['before', 'after'], title: null },
        },
      },
    },
  }
}
