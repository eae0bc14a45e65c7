import { describe, expect, it } from 'vitest'
import {
  EMPTY,
  EVOLUTION_PLAN,
  type Evolution,
  type EvolutionPlan,
  type Genome,
  generationOf,
  propose,
  proposeSome,
  succeed,
} from '../../src/prune/ageing-evolution.js'

const deviations = [0.5, 1, 2, 4, 1, 1, 1, 1, 1, 1, 1, 1]
const LAYERS = deviations.length
const plan = EVOLUTION_PLAN

/** Runs an evolution on a fitness; every genome that was proposed. */
function evolve(
  fitness: (genome: Genome) => number,
  { seed = 1, ...changes }: Partial<EvolutionPlan> & { seed?: number } = {},
) {
  const own = { ...plan, ...changes }
  let evolution: Evolution = EMPTY
  const genomes: Genome[] = []
  while (evolution.evaluated < own.evaluations) {
    const genome = propose(evolution, { plan: own, deviations, seed })
    genomes.push(genome)
    evolution = succeed(evolution, { ...genome, fitness: fitness(genome) }, own)
  }
  return { evolution, genomes }
}

/** Small where α is 3 in the first layer, 1 / 3 in the last, κ is 1 in the second. */
const target = ({ alpha, kappa }: Genome) =>
  (Math.log(alpha[0]!) - Math.log(3)) ** 2 +
  (Math.log(alpha[LAYERS - 1]!) + Math.log(3)) ** 2 +
  (kappa[1]! - 1) ** 2
const differences = (a: readonly number[], b: readonly number[]) =>
  a.flatMap((value, i) => (value === b[i] ? [] : [i]))

describe('regularised evolution', () => {
  const { evolution, genomes } = evolve(target)

  it('has the settings of the authors', () => {
    expect(plan).toEqual({ population: 64, tournament: 16, evaluations: 400, mutation: 0.1 })
    expect(genomes).toHaveLength(400)
    expect(evolution.members).toHaveLength(64)
  })

  it('starts with the identity, so that it never does worse', () => {
    expect(genomes[0]).toEqual({ alpha: deviations.map(() => 1), kappa: deviations.map(() => 0) })
    const worse = evolve(genome => (genome.alpha.every(alpha => alpha === 1) ? 0 : 1))
    expect(worse.evolution.best).toMatchObject({ ...genomes[0], fitness: 0 })
  })

  it('draws the others of the first population as wide as their layers', () => {
    const first = genomes.slice(1, 64)
    const logs = first.flatMap(({ alpha }) => alpha.map(Math.log))
    const scaled = first.flatMap(({ kappa }) => kappa.map((value, i) => value / deviations[i]!))
    for (const values of [logs, scaled]) {
      const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length
      expect(Math.sqrt(square)).toBeGreaterThan(0.9)
      expect(Math.sqrt(square)).toBeLessThan(1.1)
    }
  })

  it('never proposes the same twice', () => {
    expect(new Set(genomes.map(genome => JSON.stringify(genome))).size).toBe(400)
  })

  it('changes a tenth of the layers of a member that lives, one at least', () => {
    let state: Evolution = EMPTY
    for (const genome of genomes) {
      if (state.evaluated >= plan.population) {
        const parents = state.members.filter(({ alpha }) => differences(alpha, genome.alpha).length === 1)
        expect(parents.length).toBeGreaterThan(0)
      }
      state = succeed(state, { ...genome, fitness: target(genome) }, plan)
    }
    const wide = { ...plan, mutation: 0.5, population: 4, evaluations: 40, tournament: 1 }
    const { genomes: others } = evolve(target, wide)
    expect(
      others
        .slice(4)
        .every((genome, i) =>
          others.slice(0, 4 + i).some(({ alpha }) => differences(alpha, genome.alpha).length === 6),
        ),
    ).toBe(true)
  })

  it('takes smaller steps of α as it goes, from a parent that won its tournament', () => {
    const steps = (from: number, to: number) => {
      const moves: number[] = []
      for (let seed = 0; seed < 300; seed++) {
        const members = Array.from({ length: 64 }, (_, i) => ({ ...genomes[0]!, fitness: i }))
        const { alpha } = propose(
          { members, evaluated: from + (seed % (to - from)) },
          { plan, deviations, seed },
        )
        moves.push(...alpha.filter(value => value !== 1).map(value => Math.log(value) ** 2))
      }
      return Math.sqrt(moves.reduce((a, b) => a + b) / moves.length)
    }
    // 1 − 64 / 500 and 1 − 400 / 500.
    expect(steps(64, 65)).toBeCloseTo(0.87, 0)
    expect(steps(399, 400)).toBeGreaterThan(0.15)
    expect(steps(399, 400)).toBeLessThan(0.25)
  })

  it('lets the oldest die, however fit', () => {
    let state: Evolution = EMPTY
    for (let i = 0; i < 5; i++) state = succeed(state, { ...genomes[i]!, fitness: i }, { population: 3 })
    expect(state.members.map(({ fitness }) => fitness)).toEqual([2, 3, 4])
    expect(state.best!.fitness).toBe(0)
  })

  it('finds what is to be found, better than drawing at random', () => {
    const initial = Math.min(...genomes.slice(0, 64).map(target))
    expect(evolution.best!.fitness).toBeLessThan(initial / 3)
    expect(evolution.best!.fitness).toBe(Math.min(...genomes.map(target)))
    const drawn = evolve(target, { population: 400 })
    expect(evolution.best!.fitness).toBeLessThan(drawn.evolution.best!.fitness)
  })

  it('is the same again with a seed, another with another', () => {
    expect(evolve(target).genomes).toEqual(genomes)
    expect(evolve(target, { seed: 2 }).genomes[1]).not.toEqual(genomes[1])
  })

  it('goes on from its JSON', () => {
    const half = evolve(target, { evaluations: 100 }).evolution
    const options = { plan, deviations, seed: 1 }
    expect(propose(JSON.parse(JSON.stringify(half)), options)).toEqual(propose(half, options))
  })
})

describe('a generation', () => {
  it('is summed up by best, median and spread', () => {
    const members = [1, Math.E, Math.E ** 2].map((alpha, i) => ({
      alpha: [alpha, 2],
      kappa: [0, 0],
      fitness: 3 - i,
    }))
    const best = { ...members[0]!, fitness: 0.5 }
    const { diversity, ...rest } = generationOf({ members, evaluated: 9, best })
    expect(rest).toEqual({ evaluated: 9, best: 0.5, median: 2 })
    expect(diversity).toBeCloseTo(Math.sqrt(2 / 3) / 2, 12)
  })
})

describe('an evolution in rounds', () => {
  const rounds = { population: 10, tournament: 4, evaluations: 60, round: 6 }
  const own = { ...plan, ...rounds }
  const one = evolve(target, rounds)

  it('proposes side by side, any number at a time, what it proposes one after the other', () => {
    for (const most of [1, 3, 4, 100]) {
      let evolution: Evolution = EMPTY
      const genomes: Genome[] = []
      while (evolution.evaluated < own.evaluations) {
        const some = proposeSome(evolution, most, { plan: own, deviations, seed: 1 })
        genomes.push(...some)
        for (const genome of some) evolution = succeed(evolution, { ...genome, fitness: target(genome) }, own)
      }
      expect(genomes).toEqual(one.genomes)
      expect(evolution).toEqual(one.evolution)
    }
  })

  it('makes the children of a round of those who lived when it began', () => {
    const { genomes } = one
    for (let child = 10; child < 60; child++) {
      const begun = child - ((child - 10) % 6)
      const parents = genomes.slice(begun - 10, begun)
      const changed = parents.map(({ alpha }) => differences(alpha, genomes[child]!.alpha).length)
      expect(Math.min(...changed)).toBeLessThanOrEqual(1)
    }
  })

  it('of one child is the algorithm of the authors, its state no other', () => {
    expect(evolve(target, { ...rounds, round: 1 })).toEqual(
      evolve(target, { population: 10, tournament: 4, evaluations: 60 }),
    )
    expect(evolve(target, { ...rounds, round: 1 }).evolution).not.toHaveProperty('parents')
  })
})
