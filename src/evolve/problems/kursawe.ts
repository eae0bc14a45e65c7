import { type BenchmarkProblem, reals } from './benchmark-problem.js'

/** Kursawe 1991, three variables: a front in pieces, one of them a point. */
export const kursawe: BenchmarkProblem = {
  name: 'Kursawe',
  variables: reals(Array.from({ length: 3 }, () => [-5, 5])),
  objectives: ['f1', 'f2'],
  evaluate(genome) {
    let [first, second] = [0, 0]
    for (let i = 0; i < genome.length; i++) {
      const x = genome[i]!
      second += Math.abs(x) ** 0.8 + 5 * Math.sin(x ** 3)
      if (i + 1 < genome.length) first -= 10 * Math.exp(-0.2 * Math.sqrt(x ** 2 + genome[i + 1]! ** 2))
    }
    return { objectives: [first, second] }
  },
}
