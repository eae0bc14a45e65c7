import { median } from 'simple-statistics'
import type { SearchEpoch } from '../search-phase.js'
import { choicePrice, exactPrice, type Price } from '../space/price.js'
import { type Space, searchable } from '../space/space.js'
import type { Architecture } from '../space/space-architectures.js'
import type { Trained } from '../train-candidates.js'
import { type Figure, metricAxis } from './figure.js'
import { type Table, unitOf } from './table.js'

const epochAxis = { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { tickMinStep: 1 } }

/** The figures of a search as vega-lite specifications. */
export function searchFigures(epochs: readonly SearchEpoch[], prices: readonly Price[]): Figure[] {
  const curves = epochs.flatMap(({ epoch, trainAccuracy, heldOutAccuracy }) => [
    { epoch: epoch + 1, images: 'training, as drawn', accuracy: trainAccuracy },
    { epoch: epoch + 1, images: 'held out, as decided', accuracy: heldOutAccuracy },
  ])
  return [
    {
      title: 'Accuracy of the supernet',
      spec: {
        data: { values: curves },
        mark: { type: 'line', point: true },
        encoding: {
          x: epochAxis,
          y: { field: 'accuracy', type: 'quantitative', axis: { format: '%' } },
          color: { field: 'images', type: 'nominal', title: null },
        },
      },
    },
    ...prices.flatMap((price, i) => priceFigures(epochs, price, i)),
    {
      title: 'Open decisions',
      spec: {
        data: { values: epochs.map(({ epoch, open }) => ({ epoch: epoch + 1, open })) },
        mark: { type: 'line', point: true },
        encoding: { x: epochAxis, y: { field: 'open', type: 'quantitative', title: 'decisions open' } },
      },
    },
  ]
}

function priceFigures(epochs: readonly SearchEpoch[], price: Price, i: number): Figure[] {
  const { metric, bound } = price
  const values = epochs.flatMap(({ epoch, terms }) => [
    { epoch: epoch + 1, line: 'supernet', value: terms[i]!.price },
    { epoch: epoch + 1, line: 'target of the step', value: terms[i]!.target },
    { epoch: epoch + 1, line: 'asked', value: bound },
  ])
  return [
    {
      title: `The supernet's ${metric}`,
      spec: {
        data: { values },
        mark: { type: 'line', point: true },
        encoding: {
          x: epochAxis,
          y: { field: 'value', type: 'quantitative', ...metricAxis(price) },
          color: { field: 'line', type: 'nominal', title: null },
        },
      },
    },
    {
      title: `Multiplier λ of ${metric}`,
      spec: {
        data: { values: epochs.map(({ epoch, terms }) => ({ epoch: epoch + 1, lambda: terms[i]!.lambda })) },
        mark: { type: 'line', point: true },
        encoding: { x: epochAxis, y: { field: 'lambda', type: 'quantitative', title: 'λ' } },
      },
    },
  ]
}

/**
 * The found network against its baselines of equal price, in exact prices and accuracy (fractions): median and best of
 * the random ones, and of the uniform ones; the best are those on the test images. Absent where there are none.
 */
export function comparisonTable(
  space: Space,
  prices: readonly Price[],
  [found, ...baselines]: readonly Trained[],
): Table | undefined {
  const cellsOf = (networks: readonly Trained[]) => [
    ...prices.map(price =>
      median(networks.map(({ architecture }) => exactPrice(price, space, architecture))),
    ),
    ...(['validation', 'test'] as const).map(part => median(networks.map(network => network[part]))),
  ]
  const rows = ['random', 'uniform'].flatMap(kind => {
    const networks = baselines.filter(({ name }) => name.startsWith(`${kind}-`))
    if (networks.length === 0) return []
    const best = networks.reduce((a, b) => (b.test > a.test ? b : a))
    return [
      [`${kind}, median of ${networks.length}`, ...cellsOf(networks)],
      [`${kind}, best of ${networks.length}: ${best.name}`, ...cellsOf([best])],
    ]
  })
  if (rows.length === 0) return undefined
  return {
    title: 'Against random networks of equal price and uniform ones within the bounds',
    columns: ['network', ...prices.map(unitOf), 'held out', 'test'],
    rows: [['found', ...cellsOf([found!])], ...rows],
  }
}

/** The architecture block by block, with what each block costs and, where there are any, what decisions alone had said. */
export function architectureTable(
  space: Space,
  architecture: Architecture,
  prices: readonly Price[],
  decided?: Architecture,
): Table {
  const blocks = searchable(space)
  const rows = blocks.map((block, b) => {
    const { name, filters, stride, height, width } = block
    const choice = architecture[b]!
    const costs = prices.map(({ rows }) => choicePrice(block, rows[b]!, choice))
    return [name, `${height}×${width}`, stride, filters, choice, ...(decided ? [decided[b]!] : []), ...costs]
  })
  return {
    title: 'Found architecture',
    columns: [
      ...['block', 'input', 'stride', 'filters', 'choice'],
      ...(decided ? ['decisions alone'] : []),
      ...prices.map(unitOf),
    ],
    rows,
  }
}
