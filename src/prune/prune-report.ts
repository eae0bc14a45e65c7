import { inferShapes, type Network } from '../network/index.js'
import { accuracyAgainst, type ReportFigure as Figure, type ReportTable as Table } from '../runs/index.js'
import type { Generation } from './ageing-evolution.js'

/** A network of a pruning, by the name it goes under in tables and figures. */
export interface NamedNetwork {
  readonly name: string
  readonly network: Network
}

/** Output channels of every convolution and dense layer, in the network that came in and in the pruned ones. */
export function widthTable(networks: readonly NamedNetwork[]): Table {
  const shapes = networks.map(({ network }) => inferShapes(network))
  const layers = networks[0]!.network.layers.filter(({ type }) => type === 'conv' || type === 'dense')
  return {
    title: 'Channels of each layer',
    columns: ['layer', ...networks.map(({ name }) => name)],
    rows: layers.map(({ name }) => [name, ...shapes.map(shape => shape.get(name)!.at(-1)!)]),
  }
}

/** One result of a pruning, before or after training. */
export interface AccuracyPoint {
  readonly network: string
  readonly stage: 'as it came in' | 'pruned' | 'trained again'
  readonly macs: number
  /** On held-out images. */
  readonly accuracy: number
  /** The section of the report that tells of it. */
  readonly href?: string
}

export interface PruneFigures {
  /** The network that came in first. */
  readonly networks: readonly NamedNetwork[]
  readonly points: readonly AccuracyPoint[]
  readonly generations: readonly Generation[]
}

/** The figures of a pruning as vega-lite specifications; those without data are left out. */
export function pruneFigures({ networks, points, generations }: PruneFigures): Figure[] {
  return [
    widthFigure(networks),
    ...(points.length > 0 ? [accuracyFigure(points)] : []),
    ...(generations.length > 0 ? generationFigures(generations) : []),
  ]
}

function widthFigure(networks: readonly NamedNetwork[]): Figure {
  const { rows, columns } = widthTable(networks)
  const values = rows.flatMap(([layer, ...widths], index) =>
    widths.map((channels, i) => ({ index, layer, network: columns[i + 1], channels })),
  )
  return {
    title: 'Channels of each layer',
    spec: {
      data: { values },
      mark: { type: 'line', interpolate: 'step', point: 'transparent' },
      encoding: {
        x: {
          field: 'index',
          type: 'quantitative',
          title: 'layer, from the input on',
          axis: { tickMinStep: 1 },
        },
        y: { field: 'channels', type: 'quantitative' },
        color: { field: 'network', type: 'nominal', title: null, sort: columns.slice(1) },
        tooltip: ['layer', 'network', 'channels'].map(field => ({ field })),
      },
    },
  }
}

const accuracyFigure = (points: readonly AccuracyPoint[]): Figure => ({
  title: 'Accuracy against MACs',
  spec: {
    data: { values: points },
    mark: { type: 'point', size: 90 },
    encoding: {
      ...accuracyAgainst({ field: 'macs', title: 'MACs', axis: { format: '~s' } }, 'held-out'),
      color: { field: 'stage', type: 'nominal', title: null },
      detail: { field: 'network' },
      href: { field: 'href', type: 'nominal' },
    },
  },
})

function generationFigures(generations: readonly Generation[]): Figure[] {
  const x = { field: 'evaluated', type: 'quantitative', title: 'candidates judged' }
  const losses = generations.flatMap(({ evaluated, best, median }) => [
    { evaluated, line: 'best so far', loss: best },
    { evaluated, line: 'median of the population', loss: median },
  ])
  return [
    {
      title: 'Loss of the candidates',
      spec: {
        data: { values: losses },
        mark: { type: 'line', point: true },
        encoding: {
          x,
          y: { field: 'loss', type: 'quantitative', scale: { zero: false } },
          color: { field: 'line', type: 'nominal', title: null },
        },
      },
    },
    {
      title: 'Diversity of the population',
      spec: {
        data: { values: generations.map(({ evaluated, diversity }) => ({ evaluated, diversity })) },
        mark: { type: 'line', point: true },
        encoding: { x, y: { field: 'diversity', type: 'quantitative', title: 'mean deviation of ln α' } },
      },
    },
  ]
}
