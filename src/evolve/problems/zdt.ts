import type { Genome } from '../variable.js'
import { type BenchmarkProblem, curve, evenly, reals } from './benchmark-problem.js'

/** Zitzler, Deb, Thiele 2000: f₁ of the first variable, f₂ = g(x) · h(f₁, g); the true front has g = 1. */
interface Shape {
  readonly name: string
  readonly bounds: readonly (readonly [number, number])[]
  readonly first: (x: number) => number
  /** Of the genome's variables but the first. */
  readonly g: (genome: Genome) => number
  readonly h: (first: number, g: number) => number
  /** The first objective along the true front. */
  readonly firsts: (count: number) => readonly number[]
}

const zdt = ({ name, bounds, first, g, h, firsts }: Shape): BenchmarkProblem => ({
  name,
  variables: reals(bounds),
  objectives: ['f1', 'f2'],
  evaluate(genome) {
    const f1 = first(genome[0]!)
    const distance = g(genome)
    return { objectives: [f1, distance * h(f1, distance)] }
  },
  front: count => curve(firsts(count), f1 => h(f1, 1)),
})

const UNIT = [0, 1] as const
const units = (count: number) => Array.from({ length: count }, () => UNIT)

const meanOfRest = (genome: Genome): number => {
  let sum = 0
  for (let i = 1; i < genome.length; i++) sum += genome[i]!
  return sum / (genome.length - 1)
}
const linear = (genome: Genome) => 1 + 9 * meanOfRest(genome)
const identity = (x: number) => x
const root = (first: number, g: number) => 1 - Math.sqrt(first / g)
const square = (first: number, g: number) => 1 - (first / g) ** 2
const straight = (count: number) => evenly(0, 1, count)

/** Convex front. */
export const zdt1 = zdt({
  name: 'ZDT1',
  bounds: units(30),
  first: identity,
  g: linear,
  h: root,
  firsts: straight,
})

/** Concave front. */
export const zdt2 = zdt({
  name: 'ZDT2',
  bounds: units(30),
  first: identity,
  g: linear,
  h: square,
  firsts: straight,
})

/** Where the front of ZDT3 is: five stretches of f₁. */
const STRETCHES = [
  [0, 0.0830015349],
  [0.182228728, 0.2577623634],
  [0.4093136748, 0.4538821041],
  [0.6183967944, 0.6525117038],
  [0.8233317983, 0.8518328654],
] as const

/** Front in five pieces. */
export const zdt3 = zdt({
  name: 'ZDT3',
  bounds: units(30),
  first: identity,
  g: linear,
  h: (first, g) => root(first, g) - (first / g) * Math.sin(10 * Math.PI * first),
  firsts: count =>
    STRETCHES.flatMap(([low, high]) => evenly(low, high, Math.round(count / STRETCHES.length))),
})

/** 21⁹ local fronts. */
export const zdt4 = zdt({
  name: 'ZDT4',
  bounds: [UNIT, ...Array.from({ length: 9 }, () => [-5, 5] as const)],
  first: identity,
  g(genome) {
    let sum = 1 + 10 * (genome.length - 1)
    for (let i = 1; i < genome.length; i++) sum += genome[i]! ** 2 - 10 * Math.cos(4 * Math.PI * genome[i]!)
    return sum
  },
  h: root,
  firsts: straight,
})

/** Concave front whose points are sparse in the space, and sparser the nearer. */
export const zdt6 = zdt({
  name: 'ZDT6',
  bounds: units(10),
  first: x => 1 - Math.exp(-4 * x) * Math.sin(6 * Math.PI * x) ** 6,
  g: genome => 1 + 9 * meanOfRest(genome) ** 0.25,
  h: square,
  firsts: count => evenly(0.2807753191, 1, count),
})
