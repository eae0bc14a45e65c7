import type { OuterSample } from '../outer/outer-sampler.js'
import type { SearchEpoch } from '../search-phase.js'
import { exactPrice, type Price } from '../space/price.js'
import type { Space } from '../space/space.js'
import type { Trained } from '../train-candidates.js'
import { type Figure, metricAxis, QUIET, rule } from './figure.js'

/** The networks that a search came by, with the weights they share. */
const DECIDED = { epoch: 'supernet after an epoch', sample: 'sample of the outer search' }

/** The section of a report that tells of a trained network. */
export const networkId = (name: string): string => `network-${name}`

/** What is shown of a search. */
export interface Visited {
  readonly epochs: readonly SearchEpoch[]
  /** Shown in the place of epochs where there are any. */
  readonly outer?: readonly OuterSample[]
  readonly trained: readonly Trained[]
}

/**
 * Accuracy on held-out images against the exact price of everything that was visited, a figure for every price: the
 * network that the decisions stood for after every epoch, or every sample of an outer search, with the weights it
 * shares, and everything that was trained.
 */
export const visitedFigures = (
  space: Space,
  prices: readonly Price[],
  { epochs, outer, trained }: Visited,
): Figure[] =>
  prices.map(price => {
    const visited = (outer ?? epochs).map(({ architecture, heldOutAccuracy }, i) => ({
      networks: outer ? DECIDED.sample : DECIDED.epoch,
      name: `${i + 1}`,
      order: i + 1,
      price: exactPrice(price, space, architecture),
      accuracy: heldOutAccuracy,
      choices: architecture.join(', '),
    }))
    const fromScratch = trained.map(({ name, architecture, validation }) => ({
      networks: name.startsWith('random-') ? 'random' : name.startsWith('uniform-') ? 'uniform' : name,
      name,
      price: exactPrice(price, space, architecture),
      accuracy: validation,
      choices: architecture.join(', '),
      href: `#${networkId(name)}`,
    }))
    return {
      title: `Accuracy against ${price.metric} of all that was visited`,
      spec: chart(price, [...visited, ...fromScratch]),
    }
  })

interface Point {
  readonly networks: string
  readonly name: string
  /** Epoch or sample, from 1. */
  readonly order?: number
  readonly price: number
  readonly accuracy: number
  readonly choices: string
  /** Of those that were trained. */
  readonly href?: string
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
  const epochs = { filter: `datum.networks === '${DECIDED.epoch}'` }
  const numbered = { filter: 'isValid(datum.order)' }
  return {
    height: 340,
    data: { values },
    layer: [
      rule('x', price.bound),
      {
        transform: [epochs],
        mark: { type: 'line', strokeWidth: 1, color: QUIET, opacity: 0.6 },
        encoding: { x, y, order: { field: 'order', type: 'quantitative' } },
      },
      {
        mark: { type: 'point', size: 70, opacity: 0.85 },
        encoding: {
          ...{ x, y, color: { field: 'networks', type: 'nominal', title: null, sort: null } },
          tooltip: [{ field: 'networks' }, { field: 'name' }, x, y, { field: 'choices' }],
          href: { field: 'href', type: 'nominal' },
        },
      },
      {
        transform: [numbered],
        mark: { type: 'text', dx: 8, dy: -7, fontSize: 10 },
        encoding: { x, y, text: { field: 'order', type: 'quantitative' } },
      },
    ],
  }
}
