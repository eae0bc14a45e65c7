import { describe, expect, it } from 'vitest'
import {
  domainOf,
  type Evaluation,
  hypervolume,
  type MinimiseOptions,
  minimise,
  nonDominatedSort,
  type Outcome,
  type Problem,
  packState,
  problems,
  type State,
  spaceSize,
  unpackState,
} from '../../src/evolve/index.js'
import { random } from '../../src/random.js'

const volume = ({ members }: Outcome, reference: readonly number[]) =>
  hypervolume(Float64Array.from(members.flatMap(({ objectives }) => [...objectives])), reference)
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!

async function medianVolume(problem: Problem, reference: readonly number[], options: MinimiseOptions) {
  const volumes: number[] = []
  for (let seed = 0; seed < 5; seed++)
    volumes.push(volume(await minimise(problem, { ...options, seed }), reference))
  return median(volumes)
}

/** A small family of designs: whole numbers with ties and a constraint. 4 · 6 · 5 · 3 = 360 genomes. */
const family: Problem = {
  variables: [
    { kind: 'ordinal', name: 'rows', values: [4, 8, 12, 16] },
    { kind: 'integer', name: 'columns', low: 4, high: 9 },
    { kind: 'ordinal', name: 'buffer', values: [16, 32, 64, 128, 256] },
    { kind: 'categorical', name: 'type', values: ['a', 'b', 'c'] },
  ],
  objectives: ['latency', 'area'],
  constraints: [{ name: 'power', bound: 150 }],
  evaluate(genome) {
    const [rows, columns, buffer, type] = [4 + 4 * genome[0]!, genome[1]!, 16 * 2 ** genome[2]!, genome[3]!]
    const weight = [1, 1.6, 0.8][type]!
    const stall = [1, 0.5, 1.3][type]!
    return {
      objectives: [1000 / (rows * columns) + stall * (300 / buffer), weight * rows * columns + buffer / 4],
      constraints: [weight * rows * columns * 1.2],
    }
  },
}
const SIZE = 360

describe('NSGA-II', () => {
  it.each([
    ['ZDT1', problems.zdt1, [1.1, 1.1], 0.8683],
    ['Kursawe', problems.kursawe, [-14, 1], 37.019],
    ['BNH', problems.bnh, [140, 50], 5251.3],
    ['TNK', problems.tnk, [1.2, 1.2], 0.6503],
  ] as const)(
    '%s: the median volume of 5 runs of 20,000 evaluations reaches pymoo’s of 11',
    async (_, problem, reference, least) => {
      const reached = await medianVolume(problem, reference, { termination: { evaluations: 20_000 } })
      expect(reached).toBeGreaterThan(least)
    },
  )

  it('is better than as many random genomes', async () => {
    const found = await medianVolume(problems.zdt2, [1.1, 6], { termination: { evaluations: 3000 } })
    const drawn = await minimise(problems.zdt2, { population: 3000, termination: { generations: 1 } })
    expect(found).toBeGreaterThan(1.5 * volume(drawn, [1.1, 6]))
  })

  it('finds all of the front of a space that can be counted, without evaluating a genome twice', async () => {
    const objectivesOf = new Map<string, Evaluation>()
    const counted: Problem = {
      ...family,
      evaluate(genome) {
        expect(objectivesOf.has(genome.join())).toBe(false)
        const evaluation = family.evaluate(genome) as Evaluation
        objectivesOf.set(genome.join(), evaluation)
        return evaluation
      },
    }
    const options = { seed: 1, population: 40, distinct: 'run' } as const
    const all = await minimise(counted, { ...options, termination: { generations: 1000 } })
    expect([all.reason, all.state.evaluated, objectivesOf.size]).toEqual(['exhausted', SIZE, SIZE])

    const feasible = [...objectivesOf.values()].filter(({ constraints }) => constraints![0]! <= 150)
    const points = Float64Array.from(feasible.flatMap(({ objectives }) => [...(objectives as number[])]))
    const ranks = nonDominatedSort(points, 2)
    const front = feasible.filter((_, i) => ranks[i] === 0)
    expect(all.members.map(({ objectives }) => [...objectives]).sort()).toEqual(
      front.map(({ objectives }) => [...(objectives as number[])]).sort(),
    )
  })

  it('has 99 % of the true front’s volume after a twentieth of a space of 23,040 designs', async () => {
    const larger: Problem = {
      variables: [
        ...family.variables,
        { kind: 'ordinal', name: 'clock', values: [0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.25, 1.5] },
        { kind: 'integer', name: 'words', low: 1, high: 8 },
      ],
      objectives: ['latency', 'area'],
      constraints: family.constraints!,
      evaluate(genome) {
        const { objectives, constraints } = family.evaluate(genome) as Evaluation
        const [clock, words] = [[0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.25, 1.5][genome[4]!]!, genome[5]!]
        return {
          objectives: [(objectives[0]! * (1 + 1 / words)) / clock, objectives[1]! * (1 + 0.05 * words)],
          constraints: [constraints![0]! * (0.3 + clock ** 2)],
        }
      },
    }
    const all: number[] = []
    const choices = larger.variables.map(variable => domainOf(variable))
    const genome = new Float64Array(choices.length)
    for (let index = 0; index < spaceSize(larger.variables); index++) {
      let rest = index
      for (const [i, { low, high }] of choices.entries()) {
        genome[i] = low + (rest % (high - low + 1))
        rest = Math.floor(rest / (high - low + 1))
      }
      const { objectives, constraints } = larger.evaluate(genome) as Evaluation
      if (constraints![0]! <= 150) all.push(objectives[0]!, objectives[1]!)
    }
    const reference = [200, 500]
    const found = await medianVolume(larger, reference, {
      distinct: 'run',
      population: 50,
      termination: { evaluations: 23_040 / 20 },
    })
    expect(found).toBeGreaterThan(0.99 * hypervolume(Float64Array.from(all), reference))
  })

  it('says so where a population holds all of a small space', async () => {
    const { reason, state } = await minimise(family, { population: 400, termination: { generations: 10 } })
    expect([reason, state.evaluated]).toEqual(['exhausted', SIZE])
  })

  it('gives the same for evaluations that end in any order', async () => {
    const options = { seed: 9, population: 20, termination: { generations: 6 } }
    const alone = await minimise(family, options)
    for (let order = 0; order < 2; order++) {
      const stream = random(order, 'delay')
      const scattered: Problem = {
        ...family,
        async evaluate(genome) {
          await new Promise(resolve => setTimeout(resolve, 4 * stream.uniform()))
          return family.evaluate(genome)
        },
      }
      expect(await minimise(scattered, options)).toEqual(alone)
    }
  })

  it('goes on from a state as if it had never stopped', async () => {
    const states: State[] = []
    const options = { seed: 2, population: 20, termination: { evaluations: 400 } }
    const whole = await minimise(problems.osy, { ...options, onGeneration: state => states.push(state) })
    expect(states).toHaveLength(20)
    for (const state of [states[0]!, states[11]!]) {
      const from = unpackState(JSON.parse(JSON.stringify(packState(state))))
      expect(await minimise(problems.osy, { from })).toEqual(whole)
    }
  })

  it('returns the least infeasible designs, flagged, where no design meets the constraint', async () => {
    const impossible: Problem = { ...family, constraints: [{ name: 'power', bound: 10 }] }
    const { feasible, members, state } = await minimise(impossible, {
      population: 20,
      termination: { evaluations: 200 },
    })
    expect(feasible).toBe(false)
    // The smallest is 0.8 · 4 · 4 · 1.2 = 15.36.
    expect(members[0]!.constraints[0]).toBeCloseTo(15.36, 10)
    expect(members[0]!.broken).toEqual([
      expect.objectContaining({ constraint: 'power', bound: 10, by: expect.closeTo(5.36, 10) }),
    ])
    expect(state.history.at(-1)).toMatchObject({
      feasible: 0,
      front: 0,
      violation: expect.closeTo(0.536, 10),
    })
    expect(state.history.at(-1)).not.toHaveProperty('ideal')
  })
})

describe('the end of a search', () => {
  it('comes with the budget, never exceeded', async () => {
    const { reason, state } = await minimise(problems.bnh, { termination: { evaluations: 250 } })
    expect([reason, state.evaluated, state.generation]).toEqual(['evaluations', 250, 3])
  })

  it('comes with the number of generations', async () => {
    const { reason, state } = await minimise(problems.bnh, {
      population: 10,
      termination: { generations: 4 },
    })
    expect([reason, state.evaluated]).toEqual(['generations', 40])
  })

  it('comes with the time', async () => {
    const start = performance.now()
    const { reason } = await minimise(problems.bnh, { termination: { seconds: 0.05 } })
    expect(reason).toBe('seconds')
    expect(performance.now() - start).toBeGreaterThanOrEqual(50)
  })

  it('comes when the front stands still, and not before it has arrived', async () => {
    const stagnation = { generations: 50, tolerance: 1e-3 }
    const termination = { evaluations: 100_000, stagnation }
    const { reason, state, ...rest } = await minimise(problems.zdt1, { seed: 1, termination })
    expect(reason).toBe('stagnation')
    expect(state.evaluated).toBeLessThan(50_000)
    expect(volume({ reason, state, ...rest }, [1.1, 1.1])).toBeGreaterThan(0.866)
  })

  it('comes after the generation in which it was aborted', async () => {
    const control = new AbortController()
    const onGeneration = ({ generation }: State) => generation === 3 && control.abort()
    const { reason, state } = await minimise(problems.bnh, { signal: control.signal, onGeneration })
    expect([reason, state.generation]).toEqual(['aborted', 3])
  })

  it('must be given', async () => {
    await expect(minimise(problems.bnh)).rejects.toThrow(
      /give evaluations, generations, seconds or stagnation/,
    )
  })
})

describe('the history', () => {
  it('holds what became of every generation', async () => {
    const { state, members } = await minimise(problems.bnh, {
      population: 20,
      reference: [140, 50],
      termination: { generations: 30 },
    })
    expect(state.history.map(({ generation }) => generation)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    )
    const last = state.history.at(-1)!
    expect(last).toMatchObject({ evaluated: 600, feasible: 20, front: members.length, violation: 0 })
    expect(last.ideal![0]).toBe(members[0]!.objectives[0])
    expect(last.nadir![1]).toBe(members[0]!.objectives[1])
    expect(last.hypervolume).toBeGreaterThan(state.history[0]!.hypervolume!)
  })

  it('does not grow beyond 1,024 generations: it thins to every 2nd, 4th, 8th', async () => {
    const options = { population: 2, termination: { generations: 5000 } }
    const { history } = (await minimise(problems.srn, options)).state
    const generations = history.map(({ generation }) => generation)
    expect(generations.length).toBeLessThanOrEqual(1024)
    expect(generations.length).toBeGreaterThan(512)
    expect([generations[0], generations.at(-1)]).toEqual([1, 5000])
    const strides = new Set(generations.slice(1, -1).map((generation, i) => generation - generations[i]!))
    expect([...strides]).toEqual([8])
  })
})
