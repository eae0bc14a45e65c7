import { random } from '../random.js'
import { distinctRows } from './distinct-rows.js'
import { crossGenomes, drawGenome, mutateGenome } from './operators/variation.js'
import { rowOf } from './population.js'
import type { State } from './state.js'
import { tournamentWinners } from './tournament.js'
import { type Domain, domainOf, type Genome, spaceSize } from './variable.js'

/** How many genomes are made for each one wanted before another way of making them is tried. */
const PATIENCE = 10
/** Spaces up to this size are searched through for what is left, once the rest finds too little. */
const ENUMERABLE = 100_000

/**
 * The genomes to evaluate next: a function of the state alone. In the first generation the initial ones and uniform
 * draws; then children of tournament winners. Each differs from all others and from the population (or from everything
 * told, as the config asks). Where mating makes too few, uniform draws follow, then, in spaces of up to 100,000,
 * whatever is left. None at all means that nothing is left, or in a larger space that nothing new was found.
 */
export function ask(state: State): readonly Genome[] {
  const { config, seed, generation, evaluated, population, seen } = state
  const domains = config.variables.map(domainOf)
  const width = domains.length
  const left = (config.termination.evaluations ?? Infinity) - evaluated
  const wanted = Math.max(0, Math.min(left, generation === 0 ? config.population : config.offspring))

  const known = config.distinct === 'run' ? seen : population.genomes
  const distinct = distinctRows(width, known.length / width + wanted)
  for (let i = 0; i < known.length; i += width) distinct.add(known.subarray(i, i + width))

  const chosen = new Float64Array(wanted * width)
  let count = 0
  const offer = (genome: ArrayLike<number>) => {
    if (count === wanted || !distinct.add(genome)) return
    chosen.set(genome, count++ * width)
  }

  for (const genome of generation === 0 ? config.initial : []) offer(genome)
  const one = new Float64Array(width)
  const other = new Float64Array(width)
  for (let round = 0; generation > 0 && count < wanted && round < PATIENCE; round++) {
    const winners = tournamentWinners(
      population,
      state.standing,
      2 * Math.ceil(wanted / 2),
      random(seed, 'selection', generation, round),
    )
    for (let i = 0; i < winners.length && count < wanted; i += 2) {
      const stream = random(seed, 'mating', generation, round, i >> 1)
      one.set(rowOf(population.genomes, population.size, winners[i]!))
      other.set(rowOf(population.genomes, population.size, winners[i + 1]!))
      crossGenomes(one, other, domains, config.crossover, stream)
      for (const child of [one, other]) {
        mutateGenome(child, domains, config.mutation, stream)
        offer(child)
      }
    }
  }
  for (let i = 0; count < wanted && i < PATIENCE * wanted; i++) {
    drawGenome(one, domains, random(seed, 'draw', generation, i))
    offer(one)
  }
  const size = spaceSize(config.variables)
  if (count < wanted && size <= ENUMERABLE) {
    const start = random(seed, 'rest', generation).integer(size)
    for (let i = 0; count < wanted && i < size; i++) {
      genomeAt(one, domains, (start + i) % size)
      offer(one)
    }
  }
  return Array.from({ length: count }, (_, i) => chosen.subarray(i * width, (i + 1) * width))
}

/** The genome of a number in 0 … size − 1, in place. */
function genomeAt(genome: Genome, domains: readonly Domain[], index: number): void {
  let rest = index
  for (const [i, { low, high }] of domains.entries()) {
    const choices = high - low + 1
    genome[i] = low + (rest % choices)
    rest = Math.floor(rest / choices)
  }
}
