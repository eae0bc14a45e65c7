import type { CodesignMember } from './codesign-result.js'
import type { Measure } from './measure.js'

/**
 * Places of `count` members spread over a front: that of least error, then each time the one that is farthest from all
 * chosen so far, in the logarithms of the objectives, each scaled to its range. All of them, in order, where there are no more.
 */
export function spreadMembers(
  members: readonly CodesignMember[],
  objectives: readonly Measure[],
  count: number,
): readonly number[] {
  if (members.length <= count) return [...members.keys()]
  const points = positions(members, objectives)
  const least = members.reduce(
    (best, { figures }, i) => (figures.error < members[best]!.figures.error ? i : best),
    0,
  )
  const chosen = [least]
  const gaps = points.map(point => distance(point, points[least]!))
  while (chosen.length < count) {
    const next = gaps.reduce((far, gap, i) => (gap > gaps[far]! ? i : far), 0)
    chosen.push(next)
    for (const [i, point] of points.entries()) gaps[i] = Math.min(gaps[i]!, distance(point, points[next]!))
  }
  return chosen.sort((a, b) => a - b)
}

/** Members as points in the unit cube. */
function positions(members: readonly CodesignMember[], objectives: readonly Measure[]) {
  const axes = objectives.map(measure => {
    const values = members.map(({ figures }) => Math.log(Math.max(figures[measure], Number.MIN_VALUE)))
    const [from, to] = [Math.min(...values), Math.max(...values)]
    return values.map(value => (to > from ? (value - from) / (to - from) : 0))
  })
  return members.map((_, i) => axes.map(axis => axis[i]!))
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, i) => value - b[i]!))
