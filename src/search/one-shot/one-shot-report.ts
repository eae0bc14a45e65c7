import { type Figure, metricAxis, rule } from '../report/figure.js'
import { networkId } from '../report/visited-figures.js'
import { exactPrice, type Price } from '../space/price.js'
import type { Space } from '../space/space.js'
import type { OneShotResult } from './one-shot-job.js'

/** The figures of a one-shot search: what it scored against every price, and its supernet over the epochs. */
export const oneShotFigures = (
  space: Space,
  prices: readonly Price[],
  result: OneShotResult,
): readonly Figure[] => [
  ...prices.map(price => scoredFigure(space, price, result)),
  ...(result.epochs.length > 0 ? [supernetFigure(result)] : []),
]

/** What networks are chosen by. */
const CROSS_ENTROPY = { field: 'crossEntropy', type: 'nominal', title: 'cross-entropy with shared weights' }

/** Held-out accuracy against a price: of everything scored, with shared weights, and trained, with its own. */
function scoredFigure(space: Space, price: Price, { scored, trained }: OneShotResult): Figure {
  const values = [
    ...scored.map(({ architecture, accuracy, crossEntropy, generation }) => ({
      networks: generation === 0 ? 'scored, at random' : `scored, mutants ${generation}`,
      price: exactPrice(price, space, architecture),
      accuracy,
      crossEntropy: crossEntropy.toFixed(4),
      choices: architecture.join(', '),
      trained: false,
    })),
    ...trained.map(({ name, architecture, validation }) => ({
      networks: `trained: ${name.replace(/^(random|uniform)-.*/, '$1')}`,
      price: exactPrice(price, space, architecture),
      accuracy: validation,
      crossEntropy: '(trained)',
      choices: architecture.join(', '),
      trained: true,
      href: `#${networkId(name)}`,
    })),
  ]
  const { title, axis } = metricAxis(price)
  const near = { zero: false, padding: 20 }
  const x = { field: 'price', type: 'quantitative', title: `${title} (dashed: the bound)`, axis, scale: near }
  const y = {
    ...{ field: 'accuracy', type: 'quantitative', title: 'accuracy on held-out images' },
    ...{ axis: { format: '%' }, scale: near },
  }
  return {
    title: `Accuracy against ${price.metric} of all that was scored and trained`,
    spec: {
      height: 340,
      data: { values },
      layer: [
        rule('x', price.bound),
        {
          mark: { type: 'point', opacity: 0.8 },
          encoding: {
            ...{ x, y },
            tooltip: [{ field: 'networks' }, x, y, CROSS_ENTROPY, { field: 'choices' }],
            href: { field: 'href', type: 'nominal' },
            color: { field: 'networks', type: 'nominal', title: null, sort: null },
            size: { condition: { test: 'datum.trained', value: 110 }, value: 30 },
          },
        },
      ],
    },
  }
}

/** Accuracy of the largest and the smallest network after every epoch, with shared weights. */
function supernetFigure({ epochs }: OneShotResult): Figure {
  const values = epochs.flatMap(({ epoch, heldOut }) =>
    (['largest', 'smallest'] as const).map(network => ({
      epoch: epoch + 1,
      network,
      accuracy: heldOut[network].accuracy,
    })),
  )
  return {
    title: 'Accuracy of the supernet',
    spec: {
      data: { values },
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { tickMinStep: 1 } },
        y: {
          field: 'accuracy',
          type: 'quantitative',
          title: 'accuracy on held-out images',
          axis: { format: '%' },
        },
        color: { field: 'network', type: 'nominal', title: null },
      },
    },
  }
}
