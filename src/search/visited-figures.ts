import { type Figure, metricAxis, QUIET, rule } from './figure.js'
import { exactPrice, type Price } from './price.js'
import type { SearchEpoch } from './search-phase.js'
import type { Space } from './space.js'
import type { Trained } from './train-candidates.js'

/** The networks that a search came by, in two stages. */
const SUPERNET = 'supernet after an epoch'

/**
 * Accuracy on held-out images against the exact price of everything that was visited, a figure for every price: the
 * network that the decisions stood for after every epoch, with the weights it shares, and everything that was trained.
 */
export const visitedFigures = (
  space: Space,
  prices: readonly Price[],
  { epochs, trained }: { readonly epochs: readonly SearchEpoch[]; readonly trained: readonly Trained[] },
): Figure[] =>
  prices.map(price => {
    const visited = epochs.map(({ epoch, architecture, heldOutAccuracy }) => ({
      networks: SUPERNET,
      name: `${epoch + 1}`,
      epoch: epoch + 1,
      price: exactPrice(price, space, architecture),
      accuracy: heldOutAccuracy,
    }))
    const fromScratch = trained.map(({ name, architecture, validation }) => ({
      networks: name.startsWith('random-') ? 'random' : name.startsWith('uniform-') ? 'uniform' : name,
      name,
      price: exactPrice(price, space, architecture),
      accuracy: validation,
    }))
    return {
      title: `Accuracy against ${price.metric} of all that was visited`,
      spec: chart(price, [...visited, ...fromScratch]),
    }
  })

interface Point {
  readonly networks: string
  readonly name: string
  readonly epoch?: number
  readonly price: number
  readonly accuracy: number
}

function chart(price: Price, values: readonly Point[]) {
  const { title, axis } = metricAxis(price)
  const x = {
    field: 'price',
    type: 'quantitative',
    title: `${title} (dashed: the bound)`,
    axis,
    scale: { zero: false, padding: 20 },
  }
  const y = {
    field: 'accuracy',
    type: 'quantitative',
    title: 'accuracy on held-out images',
    axis: { format: '%' },
    scale: { zero: false, padding: 20 },
  }
  const own = { filter: `datum.networks === '${SUPERNET}'` }
  return {
    height: 340,
    layer: [
      rule('x', price.bound),
      {
        data: { values },
        layer: [
          {
            transform: [own],
            mark: { type: 'line', strokeWidth: 1, color: QUIET, opacity: 0.6 },
            encoding: { x, y, order: { field: 'epoch', type: 'quantitative' } },
          },
          {
            mark: { type: 'point', size: 70, opacity: 0.85 },
            encoding: { x, y, color: { field: 'networks', type: 'nominal', title: null, sort: null } },
          },
          {
            transform: [own],
            mark: { type: 'text', dx: 8, dy: -7, fontSize: 10 },
            encoding: { x, y, text: { field: 'epoch', type: 'quantitative' } },
          },
        ],
      },
    ],
  }
}
