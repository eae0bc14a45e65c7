import { describe, expect, it } from 'vitest'
import { domainOf, excess, nonDominatedSort, problems } from '../../src/evolve/index.js'

/** Objectives, and excesses over normalised constraints, that pymoo computes at `point`. */
const GOLDEN: Readonly<Record<keyof typeof problems, readonly [objectives: number[], g: number[]]>> = {
  zdt1: [[0.21, 4.5766264902029095], []],
  zdt2: [[0.21, 5.659805116606945], []],
  zdt3: [[0.21, 4.51173292138417], []],
  zdt4: [[0.21, 155.90236283573833], []],
  zdt6: [[0.9352192960112823, 8.482948419821001], []],
  dtlz2: [[1.0939103983260257, 1.4102607877908198, 0.6110702094308088], []],
  kursawe: [[-9.487715835677742, 12.252043523975551], []],
  bnh: [
    [16.5204, 26.2301],
    [-0.254796, -8.190922077922076],
  ],
  srn: [
    [191.8, -109.24],
    [-80.2, -11.2],
  ],
  tnk: [
    [0.6597344572538565, 1.82212373908208],
    [-2.6805351889579003, 2.547052556557128],
  ],
  osy: [
    [-41.074, 79.274],
    [-2.95, 0.31666666666666665, 0.85, -8.65, 0.29, 0.7056],
  ],
}
const names = Object.keys(problems) as (keyof typeof problems)[]

describe('problems of the literature', () => {
  it.each(names)('%s has the values that pymoo computes', name => {
    const problem = problems[name]
    const genome = Float64Array.from(problem.variables, (variable, i) => {
      const { low, high } = domainOf(variable)
      return low + ((i * 0.37 + 0.21) % 1) * (high - low)
    })
    const [objectives, g] = GOLDEN[name]
    const { objectives: ours, constraints = [] } = problem.evaluate(genome)
    expect(ours).toHaveLength(problem.objectives.length)
    objectives.forEach((value, i) => {
      expect(ours[i]).toBeCloseTo(value, 10)
    })
    expect(constraints).toHaveLength(g.length)
    // pymoo scales some constraints by other constants: a side of the bound is a side of the bound.
    g.forEach((value, i) => {
      expect(excess(problem.constraints![i]!, constraints[i]!) > 0).toBe(value > 0)
    })
  })

  it.each(names.filter(name => problems[name].front))(
    'no point of %s’s true front dominates another',
    name => {
      const { front, objectives } = problems[name]
      const points = front!(400)
      expect(points.length / objectives.length).toBeGreaterThanOrEqual(400)
      // The ends of ZDT3's pieces are rounded, and points of DTLZ2's pole are equal up to rounding.
      const rounded = points.map(value => Math.round(value * 1e6) / 1e6)
      const behind = nonDominatedSort(rounded, objectives.length).filter(rank => rank > 0)
      expect(behind.length).toBeLessThanOrEqual(name === 'zdt3' ? 5 : 0)
    },
  )

  it('the fronts are those of the problems’ own optimal genomes', () => {
    const onFront = (name: keyof typeof problems, genome: readonly number[]) => {
      const { evaluate, front, objectives: names } = problems[name]
      const { objectives } = evaluate(Float64Array.from(genome))
      const points = front!(20_000)
      let nearest = Infinity
      for (let i = 0; i < points.length; i += names.length)
        nearest = Math.min(nearest, Math.hypot(...names.map((_, j) => points[i + j]! - objectives[j]!)))
      return nearest
    }
    const rest = (count: number, value = 0) => Array.from({ length: count }, () => value)
    for (const name of ['zdt1', 'zdt2'] as const) expect(onFront(name, [0.3, ...rest(29)])).toBeLessThan(1e-4)
    expect(onFront('zdt3', [0.05, ...rest(29)])).toBeLessThan(1e-3)
    expect(onFront('zdt4', [0.3, ...rest(9)])).toBeLessThan(1e-4)
    expect(onFront('zdt6', [0.1, ...rest(9)])).toBeLessThan(1e-4)
    expect(onFront('dtlz2', [0.3, 0.6, ...rest(10, 0.5)])).toBeLessThan(0.02)
    expect(onFront('bnh', [2, 2])).toBeLessThan(0.01)
    expect(onFront('srn', [-2.5, 5])).toBeLessThan(0.01)
  })
})
