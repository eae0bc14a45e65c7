import { type Constraint, type Cost, type CostModel, type Miss, metricOf, misses } from '../cost/index.js'
import type { Network } from '../network/index.js'
import type { ChannelMap } from './channels.js'
import type { Group } from './groups.js'
import { removedAtoms } from './removal-order.js'
import { prune } from './surgery.js'

export interface CutOptions {
  readonly network: Network
  readonly channels: ChannelMap
  readonly groups: readonly Group[]
  /** As `removalOrder` gives it. */
  readonly order: Int32Array
  /** Widths of groups become multiples of this. */
  readonly roundTo?: number
  /** Absolute, on a figure that `model` gives. */
  readonly budget: Constraint
  readonly model: CostModel
}

/** How much of an order goes so that a budget is met, and what comes of it. */
export interface Cut {
  /** How many atoms of the order go, before rounding to widths. */
  readonly count: number
  /** The atoms that go. */
  readonly dead: readonly number[]
  readonly cost: Cost
  /** Empty when the budget is met; otherwise this is the closest that was found. */
  readonly misses: readonly Miss[]
}

/** Of the whole order: how near a cut is looked for where prices are measured and no two are the same. */
const MEASURED_STEPS = 128
/** Where a price may fall as channels come back: how far below the cut to look, as a share of the order, and how often. */
const SCAN = { share: 0.04, steps: 12 }
/** Places tried over the whole order when its end does not meet the budget. */
const LAST_RESORT = 24

/**
 * The fewest atoms of an order whose removal meets a budget, by bisection. An accelerator's price may rise where
 * channels go: there the neighbourhood below the cut is looked at too, and the whole order where its end fails.
 * Measured prices are few: the cut is found to 1/128 of the order.
 */
export async function cutToBudget(options: CutOptions): Promise<Cut> {
  const { order, budget, model } = options
  const cuts = new Map<number, Cut>()
  const at = async (count: number): Promise<Cut> => {
    const known = cuts.get(count) ?? (await price(options, count))
    cuts.set(count, known)
    return known
  }
  const meets = async (count: number) => (await at(count)).misses.length === 0

  const total = order.length
  if (await meets(0)) return at(0)
  const exact = model.kind === 'count'
  if (!(await meets(total))) {
    for (let i = 1; !exact && i < LAST_RESORT; i++) await at(Math.round((i * total) / LAST_RESORT))
    const found = [...cuts.values()]
    const met = found.filter(({ misses }) => misses.length === 0)
    return met.length > 0 ? least(met) : nearest(found, budget)
  }
  let [low, high] = [0, total]
  const near = model.kind === 'host' ? Math.max(1, total / MEASURED_STEPS) : 1
  while (high - low > near) {
    const middle = (low + high) >> 1
    if (await meets(middle)) high = middle
    else low = middle
  }
  if (model.kind === 'accelerator') {
    const stride = Math.max(1, Math.floor((SCAN.share * total) / SCAN.steps))
    for (let i = 1; i <= SCAN.steps; i++) if (high - i * stride > 0) await at(high - i * stride)
  }
  return least([...cuts.values()].filter(({ misses }) => misses.length === 0))
}

async function price(options: CutOptions, count: number): Promise<Cut> {
  const { network, channels, groups, order, roundTo, budget, model } = options
  const dead = removedAtoms(order, count, groups, roundTo)
  const { layers: _, ...cost } = await model.estimate(prune(network, dead, channels))
  return { count, dead, cost, misses: misses([budget], cost) }
}

const least = (cuts: readonly Cut[]): Cut => cuts.reduce((a, b) => (b.count < a.count ? b : a))

const nearest = (cuts: readonly Cut[], { metric }: Constraint): Cut =>
  cuts.reduce((a, b) => {
    const [x, y] = [a, b].map(({ cost }) => metricOf(cost, metric)!) as [number, number]
    return y < x || (y === x && b.count < a.count) ? b : a
  })
