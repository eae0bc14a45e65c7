import type { Chart, ChartSeries } from './chart.js'
import type { Point } from './curves.js'
import type { Solution, TandemResult } from './result.js'

type Read = (solution: Solution) => number | undefined

const accuracy: Read = ({ accuracy }) => accuracy?.test ?? accuracy?.validation

const COSTS: readonly (readonly [string, Read])[] = [
  ['latency, ms', ({ cost }) => cost.latencyMs],
  ['energy, mJ', ({ cost }) => cost.energyMj],
  ['area, mm²', ({ cost }) => cost.areaMm2],
  ['MACs', ({ cost }) => cost.macs],
  ['parameters', ({ cost }) => cost.params],
]

/**
 * Accuracy (of the test images, of held-out ones where there is no other) over each price that solutions have, of runs
 * over each other: a dot is a solution, a ring a baseline, and a line joins the solutions that no other of the run
 * betters. Parameters and MACs are drawn where nothing is priced otherwise; what costs all the same is not. One run alone
 * may go without a name.
 */
export function frontCharts(
  runs: readonly { readonly name: string; readonly result?: TandemResult | undefined }[],
): readonly Chart[] {
  const charts = COSTS.map(
    ([title, cost]): Chart => ({
      title: `accuracy over ${title}`,
      x: title,
      series: runs.flatMap(({ name, result }, colour) =>
        result === undefined ? [] : seriesOf(name, result, colour, cost),
      ),
    }),
  ).filter(({ series }) => new Set(series.flatMap(({ points }) => points.map(([x]) => x))).size > 1)
  const counted = charts.filter(({ x }) => x === 'MACs' || x === 'parameters')
  const priced = charts.filter(chart => !counted.includes(chart))
  return priced.length > 0 ? priced : counted
}

function seriesOf(name: string, result: TandemResult, colour: number, cost: Read): readonly ChartSeries[] {
  const of = (
    mark: 'dots' | 'rings',
    name: string,
    solutions: readonly Solution[],
  ): readonly ChartSeries[] => {
    const known = solutions.filter(
      solution => cost(solution) !== undefined && accuracy(solution) !== undefined,
    )
    const points = known.map((solution): Point => [cost(solution)!, accuracy(solution)!])
    return points.length === 0 ? [] : [{ name, mark, colour, points, labels: known.map(({ name }) => name) }]
  }
  const solutions = of('dots', name || 'solutions', result.solutions)
  const front = bestOf(solutions.flatMap(({ points }) => points))
  const line: readonly ChartSeries[] =
    front.length > 1 ? [{ name: '', mark: 'line', colour, points: front }] : []
  return [...line, ...solutions, ...of('rings', `${name} baselines`.trim(), result.baselines)]
}

/** The points of which none is both cheaper and better, the cheapest first. */
function bestOf(points: readonly Point[]): readonly Point[] {
  let best = -Infinity
  return points
    .toSorted((a, b) => a[0] - b[0] || b[1] - a[1])
    .filter(([, y]) => {
      const better = y > best
      best = Math.max(best, y)
      return better
    })
}
