import type { Evaluation } from '../evolve/index.js'
import { type AcceleratorRow, acceleratorRows, type RowOptions } from './accelerator-rows.js'
import type { AccuracyModel, Pair } from './accuracy-model.js'
import type { DesignConstraint } from './design-constraint.js'
import type { Design } from './genome.js'
import type { Figures, Measure } from './measure.js'
import type { Architecture, NetworkFamily } from './network-family.js'
import { familyWork, type NetworkWork, shapeTable } from './network-work.js'
import { SCHEME_OF, type Scheme } from './scheme.js'

/** A design that cannot be: the network is none, or the accelerator cannot be built or cannot run it. */
export interface Impossible {
  /** How many things are in the way. */
  readonly obstacles: number
  readonly reason: string
}

export interface EvaluatorOptions extends RowOptions {
  readonly family: NetworkFamily
  readonly accuracy: AccuracyModel
  /** Accuracies that are known already, by `accuracyKey`. */
  readonly accuracies?: ReadonlyMap<string, number>
}

export interface Evaluator {
  /** Figures of a design; a promise only where its accuracy is one. */
  figures(design: Design): Figures | Impossible | Promise<Figures | Impossible>
  /** Those that the network alone decides, before its hardware is known: trained in floating point. */
  networkFigures(
    architecture: Architecture,
  ): NetworkFigures | Impossible | Promise<NetworkFigures | Impossible>
  /** Of designs, those pairs of a dear accuracy model that must be asked for before their figures are known; each once. */
  unknown(designs: readonly Design[]): readonly Pair[]
  /** The same of networks in floating point. */
  unknownNetworks(architectures: readonly Architecture[]): readonly Pair[]
  /** Asks a dear model for pairs that are not known yet, and remembers what it says. */
  learn(pairs: readonly Pair[]): Promise<void>
  /** What a dear model has said so far. */
  readonly accuracies: ReadonlyMap<string, number>
  /** Effort so far. */
  counts(): { readonly accelerators: number; readonly mappings: number }
}

export type NetworkFigures = Pick<Figures, 'error' | 'macs' | 'params'>

export const accuracyKey = (architecture: Architecture, scheme: Scheme): string =>
  `${architecture.join(' ')} ${scheme}`

/**
 * Prices designs. Networks are reduced to counts of layer shapes, accelerators to what each shape costs on them, both
 * remembered, so that a pair of known halves costs a sum over some twenty shapes.
 *
 *     latency = Σ countₛ · cyclesₛ / clock,   energy = Σ countₛ · energyₛ
 */
export function evaluator(options: EvaluatorOptions): Evaluator {
  const { family, accuracy } = options
  const table = shapeTable()
  const works = familyWork(family, table)
  const rows = acceleratorRows(table.shapes, options)
  const accuracies = new Map(options.accuracies)
  const waiting = new Map<string, Promise<number>>()

  const learn = async (pairs: readonly Pair[]): Promise<void> => {
    if (!accuracy.dear || pairs.length === 0) return
    const values = await accuracy.accuracies(pairs)
    for (const [i, { architecture, scheme }] of pairs.entries())
      accuracies.set(accuracyKey(architecture, scheme), values[i]!)
  }
  const accuracyOf = (architecture: Architecture, scheme: Scheme): number | Promise<number> => {
    if (!accuracy.dear) return accuracy.accuracy(architecture, scheme)
    const key = accuracyKey(architecture, scheme)
    const asked = accuracies.get(key) ?? waiting.get(key)
    if (asked !== undefined) return asked
    const found = learn([{ architecture, scheme }]).then(() => accuracies.get(key)!)
    waiting.set(key, found)
    return found.finally(() => waiting.delete(key))
  }
  const unknownOf = (pairs: readonly (Pair | undefined)[]): readonly Pair[] => {
    if (!accuracy.dear) return []
    const found = new Map<string, Pair>()
    for (const pair of pairs) {
      if (pair === undefined) continue
      const key = accuracyKey(pair.architecture, pair.scheme)
      if (!accuracies.has(key)) found.set(key, pair)
    }
    return [...found.values()]
  }
  /** The pair of a design; undefined where the design cannot be. */
  const pairOf = ({ architecture, accelerator }: Design): Pair | undefined => {
    const work = works.of(architecture)
    const row = work && rows.row(accelerator, work)
    if (work === undefined || row === undefined || 'refused' in row) return undefined
    return totals(row, work)[0] === Infinity ? undefined : { architecture, scheme: SCHEME_OF[row.peType] }
  }
  const noNetwork = (architecture: Architecture): Impossible => ({
    obstacles: 1,
    reason: `${family.format(architecture)}: no way leads from input to output`,
  })
  return {
    accuracies,
    learn,
    unknown: designs => (accuracy.dear ? unknownOf(designs.map(pairOf)) : []),
    unknownNetworks: architectures =>
      unknownOf(
        architectures.map(architecture =>
          works.of(architecture) === undefined ? undefined : { architecture, scheme: 'float32' },
        ),
      ),
    counts: () => rows.counts,
    figures({ architecture, accelerator }) {
      const work = works.of(architecture)
      if (work === undefined) return noNetwork(architecture)
      const row = rows.row(accelerator, work)
      if ('refused' in row) return { obstacles: 1, reason: row.refused }
      const [cycles, picojoules] = totals(row, work)
      if (cycles === Infinity) return { obstacles: misfits(row, work), reason: row.misfit }
      const found = accuracyOf(architecture, SCHEME_OF[row.peType])
      const figures = (accurate: number) => figuresOf(1 - accurate, row, work, cycles, picojoules)
      return found instanceof Promise ? found.then(figures) : figures(found)
    },
    networkFigures(architecture) {
      const work = works.of(architecture)
      if (work === undefined) return noNetwork(architecture)
      const found = accuracyOf(architecture, 'float32')
      const figures = (accurate: number) => ({ error: 1 - accurate, macs: work.macs, params: work.params })
      return found instanceof Promise ? found.then(figures) : figures(found)
    },
  }
}

function totals(row: AcceleratorRow, { shapes, counts }: NetworkWork): readonly [number, number] {
  let [cycles, picojoules] = [0, 0]
  for (let i = 0; i < shapes.length; i++) {
    cycles += counts[i]! * row.cycles[shapes[i]!]!
    picojoules += counts[i]! * row.picojoules[shapes[i]!]!
  }
  return [cycles, picojoules]
}

/** Layers that fit no mapping. */
function misfits(row: AcceleratorRow, { shapes, counts }: NetworkWork): number {
  let layers = 0
  for (let i = 0; i < shapes.length; i++) if (row.cycles[shapes[i]!] === Infinity) layers += counts[i]!
  return layers
}

function figuresOf(
  error: number,
  { areaMm2, clockMhz }: AcceleratorRow,
  { macs, params }: NetworkWork,
  cycles: number,
  picojoules: number,
): Figures {
  const latency = cycles / (clockMhz * 1000)
  const energy = picojoules * 1e-9
  return { error, latency, energy, area: areaMm2, macs, params, edp: energy * latency }
}

/** The constraint that a design can be at all, as what is in the way of it; 0 for one that can. */
export const BUILDABLE = Object.freeze({ name: 'buildable', bound: 0, scale: 1 })

/**
 * Figures as NSGA-II takes them, for these objectives and constraints followed by BUILDABLE. What cannot be is worse than
 * anything that can.
 */
export function evaluationOf(
  figures: Partial<Figures> | Impossible,
  objectives: readonly Measure[],
  constraints: readonly DesignConstraint[],
): Evaluation {
  if ('obstacles' in figures)
    return {
      objectives: objectives.map(() => Infinity),
      constraints: [...constraints.map(() => Infinity), figures.obstacles],
    }
  return {
    objectives: objectives.map(measure => figures[measure]!),
    constraints: [...constraints.map(({ measure }) => figures[measure]!), 0],
  }
}
