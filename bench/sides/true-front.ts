import type { Design, Evaluator, Figures, Measure, NetworkFamily } from '../../src/codesign/index.js'
import { architectureAt } from '../../src/codesign/index.js'
import { hypervolume } from '../../src/evolve/index.js'

export interface TrueFront {
  /** Pairs that it was found among. */
  readonly pairs: number
  readonly designs: readonly { readonly design: Design; readonly figures: Figures }[]
  /** Hypervolume of points as a share of the front's, the front scaled to [0, 1] and the reference 1.1. */
  share(points: readonly ArrayLike<number>[]): number
}

/**
 * The front of all pairs of a network and an accelerator, by going through all of them; but of networks whose workloads
 * are equal, and so their prices, only through the one of least error.
 */
export function trueFront(
  family: NetworkFamily,
  accelerators: number,
  evaluator: Evaluator,
  objectives: readonly Measure[],
): TrueFront {
  const best: { point: number[]; design: Design; figures: Figures }[] = []
  const networks = leastErrors(family, evaluator)
  for (let accelerator = 0; accelerator < accelerators; accelerator++)
    for (const architecture of networks) {
      const figures = evaluator.figures({ architecture, accelerator }) as Figures
      if ('obstacles' in figures) continue
      const point = objectives.map(measure => figures[measure])
      const better = best.findIndex(other => point.every((value, i) => other.point[i]! <= value))
      if (better >= 0) {
        // What beats one design beats its neighbours: it is asked first next time.
        const [found] = best.splice(better, 1)
        best.unshift(found!)
        continue
      }
      for (let i = best.length - 1; i >= 0; i--)
        if (point.every((value, j) => value <= best[i]!.point[j]!)) best.splice(i, 1)
      best.push({ point, design: { architecture, accelerator }, figures })
    }
  const lows = objectives.map((_, j) => Math.min(...best.map(({ point }) => point[j]!)))
  const highs = objectives.map((_, j) => Math.max(...best.map(({ point }) => point[j]!)))
  const volume = (points: readonly ArrayLike<number>[]) => {
    const scaled = points.flatMap(point => lows.map((low, j) => (point[j]! - low) / (highs[j]! - low)))
    return hypervolume(
      Float64Array.from(scaled),
      lows.map(() => 1.1),
    )
  }
  const whole = volume(best.map(({ point }) => point))
  return {
    pairs: family.size * accelerators,
    designs: best.sort((a, b) => a.point[0]! - b.point[0]!),
    share: points => volume(points) / whole,
  }
}

/** Of all networks of equal workload, the one of least error. */
function leastErrors(family: NetworkFamily, evaluator: Evaluator) {
  const best = new Map<string, { error: number; index: number }>()
  for (let index = 0; index < family.size; index++) {
    const architecture = architectureAt(family, index)
    const figures = evaluator.networkFigures(architecture) as { error: number }
    if ('obstacles' in figures) continue
    const key = family
      .parts(architecture)
      .map(part => part.key)
      .join()
    const known = best.get(key)
    if (known === undefined || figures.error < known.error) best.set(key, { error: figures.error, index })
  }
  return [...best.values()].map(({ index }) => architectureAt(family, index))
}
