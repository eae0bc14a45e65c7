import { type BenchmarkProblem, reals } from './benchmark-problem.js'

/**
 * DTLZ2 (Deb, Thiele, Laumanns, Zitzler 2002) for three objectives and 12 variables:
 * the true front is the part of the unit sphere where no objective is negative.
 */
export const dtlz2: BenchmarkProblem = {
  name: 'DTLZ2',
  variables: reals(Array.from({ length: 12 }, () => [0, 1])),
  objectives: ['f1', 'f2', 'f3'],
  evaluate(genome) {
    let radius = 1
    for (let i = 2; i < genome.length; i++) radius += (genome[i]! - 0.5) ** 2
    return { objectives: onSphere(genome[0]!, genome[1]!).map(value => radius * value) }
  },
  front(count) {
    const side = Math.ceil(Math.sqrt(count))
    return Float64Array.from(
      Array.from({ length: side * side }, (_, i) =>
        onSphere(Math.floor(i / side) / (side - 1), (i % side) / (side - 1)),
      ).flat(),
    )
  },
}

function onSphere(a: number, b: number): readonly [number, number, number] {
  const [first, second] = [(a * Math.PI) / 2, (b * Math.PI) / 2]
  return [Math.cos(first) * Math.cos(second), Math.cos(first) * Math.sin(second), Math.sin(first)]
}
