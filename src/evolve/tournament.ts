import type { RandomStream } from '../random.js'
import type { Population } from './population.js'
import type { Standing } from './survival.js'

/**
 * Parents by binary tournaments under constrained domination: the smaller violation wins, then whoever dominates the
 * other, then the larger crowding distance, then a coin. (Deb et al. 2002 take the lower rank instead of domination
 * between the two, which presses harder.) Contestants come from permutations, so that everyone stands in two tournaments
 * for every `population` winners.
 */
export function tournamentWinners(
  population: Population,
  standing: Standing,
  count: number,
  stream: RandomStream,
): Int32Array {
  const winners = new Int32Array(count)
  let order = new Int32Array(0)
  let next = 0
  const contestant = () => {
    if (next === order.length) {
      order = stream.permutation(population.size) as Int32Array<ArrayBuffer>
      next = 0
    }
    return order[next++]!
  }
  for (let i = 0; i < count; i++) {
    const [a, b] = [contestant(), contestant()]
    const difference = compare(population, standing, a, b)
    winners[i] = difference < 0 || (difference === 0 && stream.uniform() < 0.5) ? a : b
  }
  return winners
}

/** Negative where a is better, positive where b is, 0 where neither. */
function compare(population: Population, { ranks, crowding }: Standing, a: number, b: number): number {
  const { violations } = population
  if (violations[a] !== violations[b]) return violations[a]! < violations[b]! ? -1 : 1
  // Whoever dominates has the lower rank, so one direction is enough.
  if (ranks[a]! < ranks[b]! && dominates(population, a, b)) return -1
  if (ranks[b]! < ranks[a]! && dominates(population, b, a)) return 1
  return crowding[a] === crowding[b] ? 0 : crowding[a]! > crowding[b]! ? -1 : 1
}

/** Whether a, known to differ in rank from b, is nowhere worse. */
function dominates({ objectives, size }: Population, a: number, b: number): boolean {
  const width = objectives.length / size
  for (let j = 0; j < width; j++) if (objectives[a * width + j]! > objectives[b * width + j]!) return false
  return true
}
