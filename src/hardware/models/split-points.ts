import { random } from '../../random.js'
import { type DataPoint, isMeasured, type MeasuredPoint } from '../data-set.js'
import { PE_TYPES } from '../pe-design.js'

export interface SplitPoints {
  readonly training: readonly MeasuredPoint[]
  /** Never seen by fitting, neither the choice of polynomials nor their coefficients. */
  readonly heldOut: readonly MeasuredPoint[]
}

/** Where scratchpads may be: each is modelled apart. */
export const PLACES = ['inside', 'outside'] as const

/** The points by scratchpad place and type, in their order; groups without points are left out. */
export const groupPoints = <T extends Pick<DataPoint, 'design'>>(points: readonly T[]): readonly T[][] =>
  PLACES.flatMap(place => PE_TYPES.map(type => [place, type] as const))
    .map(([place, type]) =>
      points.filter(({ design }) => design.scratchpads === place && design.type === type),
    )
    .filter(group => group.length > 0)

/** How many of a group's points are held out. */
export const heldOutCount = (points: number, fraction: number): number => Math.round(points * fraction)

/**
 * Holds out a fraction of the measured points of every type and place, drawn by the seed; failed points are left
 * out. Both parts keep the order of the points.
 */
export function splitPoints(points: readonly DataPoint[], fraction: number, seed: number): SplitPoints {
  const measured = points.filter(isMeasured)
  const held = new Set<MeasuredPoint>()
  for (const group of groupPoints(measured)) {
    const { type, scratchpads } = group[0]!.design
    const order = random(seed, 'held out', scratchpads, type).permutation(group.length)
    for (const i of order.slice(0, heldOutCount(group.length, fraction))) held.add(group[i]!)
  }
  return {
    training: measured.filter(point => !held.has(point)),
    heldOut: measured.filter(point => held.has(point)),
  }
}

/** The fold of each point, 0 … folds−1: within each type and place, points are dealt in an order drawn by the seed. */
export function dealFolds(points: readonly MeasuredPoint[], folds: number, seed: number): readonly number[] {
  const foldOf = new Map<MeasuredPoint, number>()
  for (const group of groupPoints(points)) {
    const { type, scratchpads } = group[0]!.design
    const order = random(seed, 'folds', scratchpads, type).permutation(group.length)
    for (const [turn, i] of order.entries()) foldOf.set(group[i]!, turn % folds)
  }
  return points.map(point => foldOf.get(point)!)
}
