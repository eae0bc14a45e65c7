import { describe, expect, it } from 'vitest'
import { parseConstraint } from '../../../src/cost/index.js'
import { drawFigure } from '../../../src/runs/index.js'
import { decisionsOf } from '../../../src/search/decision/decision-log.js'
import { outerFigures, outerTable } from '../../../src/search/outer/outer-report.js'
import type { OuterSample } from '../../../src/search/outer/outer-sampler.js'
import { architectureFigure } from '../../../src/search/report/architecture-figure.js'
import { decisionFigures } from '../../../src/search/report/decision-figures.js'
import type { Figure } from '../../../src/search/report/figure.js'
import { visitedFigures } from '../../../src/search/report/visited-figures.js'
import type { SearchEpoch } from '../../../src/search/search-phase.js'
import { exactPrice, pricesOf } from '../../../src/search/space/price.js'
import { largest, smallest } from '../../../src/search/space/space-architectures.js'
import { smallSpace, squeezingSpace } from '../space/small-space.js'

type Values = readonly Readonly<Record<string, unknown>>[]

/** The rows of a figure's data, wherever they stand in it. */
const rowsOf = (spec: unknown): Values =>
  typeof spec !== 'object' || spec === null
    ? []
    : Object.entries(spec).flatMap(([key, value]) =>
        key === 'data' ? (value as { values: Values }).values : rowsOf(value),
      )

/** Words in a drawn figure. */
const wordsOf = async (figure: Figure) =>
  [...(await drawFigure(figure, 'f')).matchAll(/<text[^>]*>([^<]+)</g)].map(([, text]) => text)

describe('the figures of decisions', () => {
  const decisions = decisionsOf(smallSpace)
  const samples = [0, 10, 20].map(step => ({
    step,
    norms: decisions.map((_, i) => 1 + i / 100),
    thresholds: decisions.map((_, i) => (step * i) / 100),
  }))
  const changes = [
    { step: 5, decision: 1, open: false },
    { step: 15, decision: 1, open: true },
    { step: 12, decision: 3, open: false },
  ]
  const [norms, open] = decisionFigures(smallSpace, { samples, changes }, { epochs: 4, warmupEpochs: 1 })

  it('show norm and threshold of every decision at every sample, a facet for every block', async () => {
    const rows = rowsOf(norms!.spec).filter(({ block }) => block !== undefined)
    expect(rows).toHaveLength(3 * 2 * decisions.length)
    expect(rows).toContainEqual({
      ...{ block: 'b03: 4×4, 8 ch', decision: 'e4', epoch: 2, line: 'threshold', value: 0.5 },
    })
    const words = await wordsOf(norms!)
    for (const block of ['b01: 4×4, 6 ch', 'b02: 4×4, 6 ch', 'b03: 4×4, 8 ch']) expect(words).toContain(block)
  })

  it('have a bar for every while that a decision was open', async () => {
    const bars = rowsOf(open!.spec).filter(({ decision }) => decision !== undefined)
    const of = (name: string) =>
      bars.filter(({ decision }) => decision === name).map(({ epoch, until }) => [epoch, until])
    expect(of('b01 e6')).toEqual([
      [0, 1],
      [3, 4],
    ])
    expect(of('b02 block')).toEqual([[0, 2.4]])
    expect(of('b03 e4')).toEqual([[0, 4]])
    expect(await wordsOf(open!)).toContain('b02 block')
  })

  it('are left out where nothing was recorded', () => {
    expect(decisionFigures(smallSpace, { samples: [], changes: [] }, { epochs: 1, warmupEpochs: 0 })).toEqual(
      [],
    )
  })
})

describe('the strip of blocks', () => {
  it('has a box for every block, fixed ones too, as high as its kernel and as wide as its expansion', async () => {
    const figure = architectureFigure(squeezingSpace, ['5x5-e6-se', '3x3-e3'], 'found')
    const [fixed, first, second] = rowsOf(figure.spec)
    expect(first).toMatchObject({
      kernel: '5×5',
      expansion: 'e6',
      squeeze: 'SE',
      size: '4×4',
      channels: '8 ch',
    })
    expect(fixed).toMatchObject({ kernel: '3×3', expansion: 'e1, fixed', squeeze: '', size: '8×8' })
    const size = ({ left, right, top, bottom }: Record<string, unknown>) => [
      (right as number) - (left as number),
      (top as number) - (bottom as number),
    ]
    const [[wide, high], [narrow, low]] = [size(first!), size(second!)] as [number[], number[]]
    expect(wide! / narrow!).toBeCloseTo(2, 12)
    expect(high! / low!).toBeCloseTo(5 / 3, 12)
    const words = await wordsOf(figure)
    for (const word of ['SE', 'b02', '4×4', 'stage1']) expect(words).toContain(word)
  })

  it('says which block is skipped', async () => {
    const figure = architectureFigure(squeezingSpace, ['3x3-e3', 'skip'], 'found')
    expect(rowsOf(figure.spec)[2]).toMatchObject({ skipped: true, kernel: 'skip', squeeze: '' })
    expect(await wordsOf(figure)).toContain('skip')
  })
})

describe('the samples of an outer search', () => {
  const [lambdas, used] = [
    [0.1, 1, 10],
    [1.4, 0.9, 0.5],
  ]
  it('are drawn by λ and price, with the bound and the one that was taken', async () => {
    const prices = await pricesOf(smallSpace, ['macs<=60%'].map(parseConstraint))
    const outer = lambdas!.map((lambda, i) => ({
      ...{ lambda, keepProbability: 0.5, thresholdRate: 0.01, margins: [] },
      ...{ architecture: largest(smallSpace), heldOutLoss: i, heldOutAccuracy: 0.3 + i / 10 },
      prices: [used![i]! * prices[0]!.bound],
    }))
    const [figure, ...more] = outerFigures({ outer, chosen: 1 }, prices)
    expect(more).toEqual([])
    const rows = rowsOf(figure!.spec)
    expect(rows.map(({ bounds, taken }) => [bounds, taken])).toEqual([
      ['above a bound', false],
      ['within the bounds', true],
      ['within the bounds', false],
      [undefined, undefined],
    ])
    expect(rows.at(-1)).toEqual({ at: prices[0]!.bound })
    expect(await wordsOf(figure!)).toContain('MACs (dashed: the bound)')
    const table = outerTable({ outer, chosen: 1 }, prices)
    expect(table.rows.map(row => row.at(-1))).toEqual([
      'above a bound',
      'within the bounds, taken',
      'within the bounds',
    ])
    expect(table.rows[0]!.slice(0, 2)).toEqual([1, 0.1])
  })

  it('stand for the epochs in the figure of all that was visited', async () => {
    const prices = await pricesOf(smallSpace, ['macs<=60%'].map(parseConstraint))
    const outer = [{ architecture: largest(smallSpace), heldOutAccuracy: 0.4 } as unknown as OuterSample]
    const [figure] = visitedFigures(smallSpace, prices, { epochs: [], outer, trained: [] })
    expect(rowsOf(figure!.spec)[0]).toMatchObject({ networks: 'sample of the outer search', accuracy: 0.4 })
  })
})

describe('accuracy against price', () => {
  it('has the decided network of every epoch and every trained one at exact prices, and the bound', async () => {
    const prices = await pricesOf(smallSpace, ['macs<=60%', 'params<=90%'].map(parseConstraint))
    const [all, least] = [largest(smallSpace), smallest(smallSpace)]
    const epochs = [all, least].map(
      (architecture, epoch) =>
        ({ epoch, architecture, heldOutAccuracy: epoch / 2 }) as unknown as SearchEpoch,
    )
    const trained = ['found', 'random-1', 'uniform-3x3-e3'].map(name => ({
      ...{ name, architecture: least, validation: 0.75, test: 0.5 },
    }))
    const figures = visitedFigures(smallSpace, prices, { epochs, trained })
    expect(figures).toHaveLength(2)
    for (const [i, figure] of figures.entries()) {
      const rows = rowsOf(figure.spec)
      const points = rows.filter(({ name }) => name !== undefined)
      expect(rows.at(-1)).toEqual({ at: prices[i]!.bound })
      const [large, small] = [all, least].map(each => exactPrice(prices[i]!, smallSpace, each))
      expect(points.map(({ networks, price, accuracy }) => [networks, price, accuracy])).toEqual([
        ['supernet after an epoch', large, 0],
        ['supernet after an epoch', small, 0.5],
        ['found', small, 0.75],
        ['random', small, 0.75],
        ['uniform', small, 0.75],
      ])
      const words = await wordsOf(figure)
      for (const word of ['1', '2', 'random', 'accuracy on held-out images']) expect(words).toContain(word)
    }
  })
})
