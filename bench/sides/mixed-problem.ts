import type { Problem } from '../../src/evolve/index.js'

/** Two objectives of a real, two whole numbers, two ordinals and two categories; `nsga2_pymoo.py` has it too. */
export const mixedProblem: Problem = {
  variables: [
    { kind: 'real', name: 'x', low: 0, high: 1 },
    { kind: 'integer', name: 'i', low: 0, high: 31 },
    { kind: 'integer', name: 'j', low: 0, high: 31 },
    { kind: 'ordinal', name: 'o', values: [1, 2, 4, 8, 16, 32] },
    { kind: 'ordinal', name: 'p', values: [1, 2, 4, 8, 16, 32] },
    { kind: 'categorical', name: 'c', values: ['a', 'b', 'c', 'd'] },
    { kind: 'categorical', name: 'd', values: ['a', 'b', 'c', 'd'] },
  ],
  objectives: ['f1', 'f2'],
  evaluate(genome) {
    const [x, i, j, o, p, c, d] = genome as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const first = x + i / 31 + c / 3 + o / 5
    return { objectives: [first, (4 - first) * (1 + j / 31 + d / 3 + p / 5)] }
  },
}
