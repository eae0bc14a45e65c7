import type { Figure } from '../report/figure.js'
import { metricAxis, rule } from '../report/figure.js'
import { type Table, unitOf } from '../report/table.js'
import type { Price } from '../space/price.js'
import { isFeasible, type OuterSample } from './outer-sampler.js'

/** An outer search as it is shown. */
export interface OuterRecord {
  readonly outer: readonly OuterSample[]
  /** Place of the sample that was taken. */
  readonly chosen: number
}

const WITHIN = 'within the bounds'
const ABOVE = 'above a bound'
const TAKEN = 'taken'

/** Every sample: what was tried, what its decisions cost, and how they do on held-out images. */
export function outerTable({ outer, chosen }: OuterRecord, prices: readonly Price[]): Table {
  return {
    title: 'Samples of the outer search',
    columns: [
      ...['sample', 'λ', 'decisions kept', 'rate of thresholds', ...prices.map(unitOf)],
      ...['held-out loss', 'held out', 'decisions alone'],
    ],
    rows: outer.map((sample, i) => [
      ...[i + 1, sample.lambda, sample.keepProbability, sample.thresholdRate, ...sample.prices],
      ...[sample.heldOutLoss, sample.heldOutAccuracy],
      `${isFeasible(sample, prices) ? WITHIN : ABOVE}${i === chosen ? `, ${TAKEN}` : ''}`,
    ]),
  }
}

/** Price against λ of every sample, a figure for every price; its colour is the accuracy on held-out images. */
export const outerFigures = ({ outer, chosen }: OuterRecord, prices: readonly Price[]): Figure[] =>
  prices.map((price, p) => {
    const values = outer.map((sample, i) => ({
      ...{ sample: i + 1, lambda: sample.lambda, price: sample.prices[p]!, taken: i === chosen },
      ...{ loss: sample.heldOutLoss, accuracy: sample.heldOutAccuracy },
      bounds: isFeasible(sample, prices) ? WITHIN : ABOVE,
    }))
    const scale = { type: 'log', nice: false, padding: 20 }
    const x = { field: 'lambda', type: 'quantitative', title: 'λ', scale, axis: { tickCount: 6 } }
    const { title, axis } = metricAxis(price)
    const y = {
      ...{ field: 'price', type: 'quantitative', axis, scale: { zero: false, padding: 20 } },
      title: `${title} (dashed: the bound)`,
    }
    return {
      title: `Samples of the outer search: ${price.metric} against λ`,
      spec: {
        data: { values },
        layer: [
          rule('y', price.bound),
          {
            transform: [{ filter: 'datum.taken' }],
            mark: { type: 'point', size: 260, filled: false, strokeWidth: 1.5, color: 'currentColor' },
            encoding: { x, y },
          },
          {
            mark: { type: 'point', size: 90 },
            encoding: {
              ...{ x, y },
              color: {
                field: 'accuracy',
                type: 'quantitative',
                title: 'accuracy, held out',
                legend: { format: '.0%', gradientLength: 140 },
                scale: { scheme: 'viridis', zero: false },
              },
              shape: {
                ...{ field: 'bounds', type: 'nominal', title: null },
                scale: { domain: [WITHIN, ABOVE], range: ['circle', 'triangle-up'] },
              },
            },
          },
          {
            mark: { type: 'text', dx: 9, dy: -8, fontSize: 10 },
            encoding: { x, y, text: { field: 'sample', type: 'quantitative' } },
          },
        ],
      },
    }
  })
