import { ask, domainOf, type Genome, type State, tournamentWinners } from '../evolve/index.js'
import { random } from '../random.js'

/** Share of the children that are one parent's network on another's accelerator. */
const EXCHANGED = 0.5

/**
 * The designs to evaluate next, a function of the state alone: those that NSGA-II asks, of which half give way to an
 * exchange of halves, the first `networkVariables` numbers of one tournament winner with the rest of another's, where that is new.
 * What suits many networks in an accelerator, and the other way round, then spreads whole.
 */
export function askDesigns(state: State, networkVariables: number): readonly Genome[] {
  const asked = ask(state)
  const { config, generation, seed, population, standing, seen } = state
  if (generation === 0 || asked.length === 0) return asked
  const key = keyOf(state)
  const known = new Set<number | string>(asked.map(key))
  const width = config.variables.length
  const rows = config.distinct === 'run' ? seen : population.genomes
  for (let i = 0; i < rows.length; i += width) known.add(key(rows.subarray(i, i + width)))
  const stream = random(seed, 'halves', generation)
  const winners = tournamentWinners(population, standing, 2 * asked.length, stream)
  return asked.map((genome, i) => {
    if (stream.uniform() >= EXCHANGED) return genome
    const [one, other] = [winners[2 * i]! * width, winners[2 * i + 1]! * width]
    const child = new Float64Array(width)
    child.set(population.genomes.subarray(one, one + networkVariables))
    child.set(population.genomes.subarray(other + networkVariables, other + width), networkVariables)
    const own = key(child)
    if (known.has(own)) return genome
    known.add(own)
    return child
  })
}

/** Genomes as numbers that are equal where they are; as text where a number has too few digits. */
function keyOf({ config }: State): (genome: ArrayLike<number>) => number | string {
  const sizes = config.variables.map(variable => domainOf(variable).high + 1)
  if (sizes.reduce((product, size) => product * size, 1) > Number.MAX_SAFE_INTEGER)
    return genome => Array.from(genome).join()
  return genome => {
    let number = 0
    for (let i = 0; i < sizes.length; i++) number = number * sizes[i]! + genome[i]!
    return number
  }
}
