import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.js'
import {
  ask,
  checkGenome,
  decodeGenome,
  type Evaluated,
  encodeGenome,
  front,
  type Genome,
  init,
  type Options,
  packState,
  problems,
  type State,
  tell,
  unpackState,
} from '../../src/evolve/index.js'

const mixed: Options = {
  variables: [
    { kind: 'real', name: 'clock', low: 0.1, high: 1.5 },
    { kind: 'integer', name: 'rows', low: 2, high: 33 },
    { kind: 'ordinal', name: 'buffer', values: [32, 64, 128, 256, 512] },
    { kind: 'categorical', name: 'type', values: ['int16', 'int8', 'fp32'] },
  ],
  objectives: ['latency', 'energy'],
  constraints: [{ name: 'area', bound: 40 }],
  population: 24,
}

function evaluate(genome: Genome): Evaluated {
  const [clock, rows, buffer, type] = [genome[0]!, genome[1]!, genome[2]!, genome[3]!]
  const cost = [2, 1, 5][type]!
  return {
    genome,
    objectives: [
      (100 * (1 + 1 / (1 + buffer))) / (clock * rows),
      cost * (rows + buffer) * (0.5 + clock ** 2),
    ],
    constraints: [cost * rows + 4 * buffer],
  }
}

const advance = (state: State, generations: number): State => {
  let next = state
  for (let i = 0; i < generations; i++) next = tell(next, ask(next).map(evaluate))
  return next
}

describe('ask and tell', () => {
  it('ask is a function of the state: equal states ask equal genomes, other seeds other ones', () => {
    for (const generations of [0, 1, 5]) {
      const state = advance(init(mixed, 3), generations)
      expect(ask(state)).toEqual(ask(state))
      expect(ask(state)).toEqual(ask(advance(init(mixed, 3), generations)))
      expect(ask(state)).not.toEqual(ask(advance(init(mixed, 4), generations)))
    }
  })

  it('changes no state', () => {
    const state = advance(init(mixed, 3), 2)
    const before = structuredClone(state)
    tell(state, ask(state).map(evaluate))
    expect(state).toEqual(before)
  })

  it('asks genomes of the space, all different and new to the population', () => {
    let state = init(mixed, 1)
    for (let generation = 0; generation < 20; generation++) {
      const genomes = ask(state)
      expect(genomes).toHaveLength(24)
      for (const genome of genomes) checkGenome(mixed.variables, genome)
      const { population } = state
      const living = Array.from({ length: population.size }, (_, i) =>
        population.genomes.slice(4 * i, 4 * i + 4).join(),
      )
      expect(new Set([...living, ...genomes.map(genome => genome.join())]).size).toBe(living.length + 24)
      state = tell(state, genomes.map(evaluate))
    }
  })

  it('begins with the initial genomes and draws the others', () => {
    const initial = [
      [1, 16, 2, 1],
      [0.5, 8, 0, 0],
    ]
    const genomes = ask(init({ ...mixed, initial }, 1))
    expect(genomes.slice(0, 2).map(genome => [...genome])).toEqual(initial)
    expect(genomes).toHaveLength(24)
  })

  it('goes on from JSON as if it had never stopped, bit for bit', () => {
    const options: Options = {
      ...mixed,
      distinct: 'run',
      reference: [1000, 1000],
      termination: { stagnation: { generations: 2, tolerance: 0 } },
    }
    const whole = advance(init(options, 5), 12)
    for (const at of [0, 1, 7]) {
      const text = JSON.stringify(packState(advance(init(options, 5), at)))
      expect(advance(unpackState(JSON.parse(text)), 12 - at)).toEqual(whole)
    }
  })

  it('packs what JSON has no number for', () => {
    const state = init({ variables: [{ kind: 'real', name: 'x', low: -1, high: 1 }], objectives: ['f'] })
    const told = tell(state, [
      { genome: [-0], objectives: [Infinity] },
      { genome: [0.5], objectives: [-0] },
    ])
    expect(unpackState(JSON.parse(JSON.stringify(packState(told))))).toEqual(told)
  })

  it('does not read what another version packed', () => {
    const packed = { ...packState(init(mixed)), schema: 'tandem-nsga2/0' }
    expect(() => unpackState(packed)).toThrow(/schema "tandem-nsga2\/0"; this version reads/)
  })

  it('has the last generation fit the budget', () => {
    let state = init({ ...mixed, termination: { evaluations: 60 } })
    const asked: number[] = []
    for (let genomes = ask(state); genomes.length > 0; genomes = ask(state)) {
      asked.push(genomes.length)
      state = tell(state, genomes.map(evaluate))
    }
    expect(asked).toEqual([24, 24, 12])
  })

  it('works with one member, with one objective, and with offspring of another number', () => {
    const one = advance(init({ ...mixed, population: 1, offspring: 3 }, 2), 10)
    expect(one.population.size).toBe(1)
    expect(one.evaluated).toBe(1 + 9 * 3)
    let single = init({ variables: problems.zdt1.variables, objectives: ['sum'], population: 20 }, 1)
    const sum = (genome: Genome) => genome.reduce((total, value) => total + value, 0)
    for (let i = 0; i < 100; i++)
      single = tell(
        single,
        ask(single).map(genome => ({ genome, objectives: [sum(genome)] })),
      )
    expect(single.population.objectives[0]).toBeLessThan(1)
    expect(front(single).members[0]!.objectives[0]).toBe(Math.min(...single.population.objectives))
  })
})

describe('what a search has found', () => {
  it('is the feasible members that no other dominates, by their objectives', () => {
    const { feasible, members } = front(advance(init(mixed, 1), 30))
    expect(feasible).toBe(true)
    expect(members.length).toBeGreaterThan(5)
    for (const [i, { objectives, constraints, violation, broken }] of members.entries()) {
      expect(constraints[0]).toBeLessThanOrEqual(40)
      expect([violation, broken]).toEqual([0, []])
      if (i === 0) continue
      expect(objectives[0]).toBeGreaterThanOrEqual(members[i - 1]!.objectives[0]!)
      expect(objectives[1]).toBeLessThanOrEqual(members[i - 1]!.objectives[1]!)
    }
  })

  it('is the least infeasible set where nothing is feasible, with each miss in its own unit', () => {
    const state = init({
      variables: [{ kind: 'real', name: 'x', low: 0, high: 1 }],
      objectives: ['f'],
      constraints: [
        { name: 'low', bound: -0.5 },
        { name: 'high', op: '>=', bound: 2 },
        { name: 'met', bound: 9 },
      ],
    })
    const told = tell(
      state,
      [0.2, 0.8, 0.5].map(x => ({ genome: [x], objectives: [0], constraints: [x < 0.5 ? 3 : x, x, 0] })),
    )
    const { feasible, members } = front(told)
    expect(feasible).toBe(false)
    // 0.2 misses `low` by 3.5 and `high` by more than the others: it is behind both.
    expect(members.map(({ genome }) => genome[0])).toEqual([0.5, 0.8])
    expect(members[0]!.broken).toEqual([
      { constraint: 'low', bound: -0.5, value: 0.5, by: 1, share: 2 },
      { constraint: 'high', bound: 2, value: 0.5, by: 1.5, share: 0.75 },
    ])
    expect(members[0]!.violation).toBe(2.75)
  })

  it('is nothing before the first generation', () => {
    expect(front(init(mixed))).toEqual({ feasible: false, members: [] })
  })
})

describe('a mixed genome', () => {
  it('stands for its values and back', () => {
    const genome = encodeGenome(mixed.variables, [0.75, 16, 128, 'fp32'])
    expect([...genome]).toEqual([0.75, 16, 2, 2])
    expect(decodeGenome(mixed.variables, genome)).toEqual([0.75, 16, 128, 'fp32'])
    expect(() => encodeGenome(mixed.variables, [0.75, 16, 100, 'fp32'])).toThrow(
      'variable "buffer": -1 is not an index of its 5 values',
    )
  })
})

describe('wrong input', () => {
  const real = { kind: 'real', name: 'x', low: 0, high: 1 } as const
  const fine: Options = { variables: [real], objectives: ['f'] }
  const wrong: readonly [string, Options, RegExp][] = [
    ['no variables', { ...fine, variables: [] }, /there are no variables/],
    [
      'bounds the wrong way round',
      { ...fine, variables: [{ ...real, low: 2 }] },
      /"x": its lower bound 2 is above/,
    ],
    [
      'an infinite bound',
      { ...fine, variables: [{ ...real, high: Infinity }] },
      /"x": bounds 0 and Infinity/,
    ],
    [
      'half an integer',
      { ...fine, variables: [{ ...real, kind: 'integer', high: 1.5 }] },
      /not integer numbers/,
    ],
    [
      'an empty list',
      { ...fine, variables: [{ kind: 'ordinal', name: 'x', values: [] }] },
      /it has no values/,
    ],
    [
      'a value twice',
      { ...fine, variables: [{ kind: 'ordinal', name: 'x', values: [1, 1] }] },
      /there twice/,
    ],
    ['a name twice', { ...fine, variables: [real, real] }, /variable "x": another one/],
    ['no objectives', { ...fine, objectives: [] }, /there are no objectives/],
    ['an objective twice', { ...fine, objectives: ['f', 'f'] }, /one is there twice/],
    [
      'a bound that is no number',
      { ...fine, constraints: [{ name: 'g', bound: NaN }] },
      /constraint "g": its bound/,
    ],
    [
      'a scale of 0',
      { ...fine, constraints: [{ name: 'g', bound: 1, scale: 0 }] },
      /its scale 0 is not above 0/,
    ],
    ['a population of 0', { ...fine, population: 0 }, /population must be a whole number above 0, got 0/],
    [
      'a probability of 2',
      { ...fine, crossover: { probability: 2 } },
      /crossover.probability must be from 0 to 1/,
    ],
    ['a negative index', { ...fine, mutation: { eta: -1 } }, /mutation.eta must be 0 or more, got -1/],
    ['an initial genome outside', { ...fine, initial: [[3]] }, /variable "x": 3 is not real from 0 to 1/],
    [
      'too many initial genomes',
      { ...fine, population: 1, initial: [[0], [1]] },
      /2 initial genomes do not fit/,
    ],
    ['a reference too long', { ...fine, reference: [1, 1] }, /it has 2, and there are 1 objectives/],
    [
      'a budget of 0',
      { ...fine, termination: { evaluations: 0 } },
      /termination.evaluations must be above 0/,
    ],
    [
      'a stagnation of no time',
      { ...fine, termination: { stagnation: { generations: 0, tolerance: 0 } } },
      /stagnation.generations must be a whole number above 0/,
    ],
  ]
  it.each(wrong)('is refused: %s', (_, options, message) => {
    expect(() => init(options)).toThrow(message)
    expect(() => init(options)).toThrow(InputError)
  })

  const told: readonly [string, Evaluated[], RegExp][] = [
    ['nothing', [], /one evaluated genome at least/],
    [
      'a genome too long',
      [{ genome: [0, 1], objectives: [1] }],
      /a genome of 2 numbers; there are 1 variables/,
    ],
    ['a genome outside', [{ genome: [-1], objectives: [1] }], /variable "x": -1 is not real from 0 to 1/],
    [
      'too many objectives',
      [{ genome: [0], objectives: [1, 2] }],
      /genome \[0\]: 2 objectives; there are 1 \(f\)/,
    ],
    ['NaN', [{ genome: [0], objectives: [NaN] }], /objective "f" is NaN/],
    ['−Infinity', [{ genome: [0], objectives: [-Infinity] }], /objective "f" is -Infinity/],
    [
      'a constraint that is not there',
      [{ genome: [0], objectives: [1], constraints: [1] }],
      /1 constraints; there are 0/,
    ],
  ]
  it.each(told)('is refused when told: %s', (_, results, message) => {
    expect(() => tell(init(fine), results)).toThrow(message)
  })
})
