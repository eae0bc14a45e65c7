import type { Evaluation, Genome, Question } from '../evolve/index.js'
import { countAccelerators } from '../hardware/index.js'
import { random } from '../random.js'
import type { Pair } from './accuracy-model.js'
import type { CodesignConfig } from './codesign-config.js'
import type { DesignConstraint } from './design-constraint.js'
import { BUILDABLE, type Evaluator, evaluationOf } from './evaluator.js'
import type { Design, DesignGenome } from './genome.js'
import { type Measure, OF_NETWORK } from './measure.js'

/** Ways to come to designs: together, one half after the other, and by chance. */
export const METHODS = ['joint', 'network-first', 'hardware-first', 'random'] as const
export type Method = (typeof METHODS)[number]

export const METHOD_TITLES: Readonly<Record<Method, string>> = Object.freeze({
  joint: 'co-design',
  'network-first': 'network first, then hardware',
  'hardware-first': 'hardware first, then network',
  random: 'random pairs',
})

/** What is searched at a time: all of a design, or one half of it for given other halves. */
export interface Stage {
  readonly question: Required<Question>
  /** Share of the method's evaluations that it may use, of those left. */
  readonly share: number
  readonly initial: readonly (readonly number[])[]
  /** Of genomes, the pairs that a dear accuracy model must be asked for before they are evaluated. */
  unknown(genomes: readonly Genome[]): readonly Pair[]
  evaluate(genome: ArrayLike<number>): Evaluation | Promise<Evaluation>
  /** The design of a genome; absent where the other half is still open. */
  readonly design?: (genome: ArrayLike<number>) => Design
}

export interface StageParts {
  readonly config: CodesignConfig
  readonly genome: DesignGenome
  readonly evaluator: Evaluator
  readonly seed: number
}

/** Accelerators that each seed network meets in the first generation. */
const PARTNERS = 8

/**
 * The stages of a method, one after another; `carried` are the genomes of the front that the stage before ended with.
 *
 * - `joint`: all variables at once.
 * - `network-first`: half of the evaluations for networks alone, of least error and MACs within the bounds on what a
 *   network alone decides; then the hardware for any of that front's networks, by what was asked.
 * - `hardware-first`: half of the evaluations for the hardware of the reference network, by what was asked of hardware;
 *   then a network for any of that front's accelerators, by what was asked.
 * - `random`: uniform designs.
 */
export function stageOf(
  method: Method,
  index: number,
  carried: readonly (readonly number[])[],
  parts: StageParts,
): Stage {
  if (method === 'network-first') return index === 0 ? networks(parts) : hardwareForNetworks(parts, carried)
  if (method === 'hardware-first') return index === 0 ? hardware(parts) : networksForHardware(parts, carried)
  const { config, genome } = parts
  return designs(parts, {
    variables: genome.variables,
    objectives: config.objectives,
    initial: method === 'joint' ? seedGenomes(parts) : [],
    design: genome.design,
  })
}

export const stagesOf = (method: Method): number => (method.endsWith('first') ? 2 : 1)

/** A stage whose genomes are whole designs. */
function designs(
  { config, evaluator }: StageParts,
  stage: Pick<Stage, 'initial'> & {
    readonly variables: Question['variables']
    readonly objectives: readonly Measure[]
    readonly design: (genome: ArrayLike<number>) => Design
    readonly share?: number
  },
): Stage {
  const { variables, objectives, design, initial, share = 1 } = stage
  const { constraints } = config
  return {
    question: question(variables, objectives, constraints),
    share,
    initial,
    design,
    unknown: genomes => evaluator.unknown(genomes.map(design)),
    evaluate: genome => told(evaluator.figures(design(genome)), objectives, constraints),
  }
}

const question = (
  variables: Question['variables'],
  objectives: readonly Measure[],
  constraints: readonly DesignConstraint[],
): Stage['question'] => ({
  variables,
  objectives,
  constraints: [...constraints.map(({ text, bound }) => ({ name: text, bound })), BUILDABLE],
})

function told(
  found: Found | Promise<Found>,
  objectives: readonly Measure[],
  constraints: readonly DesignConstraint[],
): Evaluation | Promise<Evaluation> {
  const evaluation = (figures: Found) => evaluationOf(figures, objectives, constraints)
  return found instanceof Promise ? found.then(evaluation) : evaluation(found)
}

type Found = Parameters<typeof evaluationOf>[0]

function seedGenomes({ config, genome, seed }: StageParts): readonly (readonly number[])[] {
  const { seeds, accelerators, plan } = config
  const count = countAccelerators(accelerators)
  const partners = Math.max(1, Math.min(PARTNERS, Math.floor(plan.population / Math.max(1, seeds.length))))
  return seeds.flatMap((architecture, i) =>
    Array.from({ length: partners }, (_, j) => {
      const accelerator = random(seed, 'seed network', i, j).integer(count)
      return [...genome.genome({ architecture, accelerator })]
    }),
  )
}

function networks({ config, genome, evaluator }: StageParts): Stage {
  const objectives = ['error', 'macs'] as const
  const constraints = config.constraints.filter(({ measure }) => OF_NETWORK.includes(measure))
  return {
    question: question(genome.networkVariables, objectives, constraints),
    share: 0.5,
    initial: [],
    unknown: genomes => evaluator.unknownNetworks(genomes.map(numbers => genome.architectureOf(numbers))),
    evaluate: numbers =>
      told(evaluator.networkFigures(genome.architectureOf(numbers)), objectives, constraints),
  }
}

function hardwareForNetworks(parts: StageParts, carried: readonly (readonly number[])[]): Stage {
  const { config, genome } = parts
  const architectures = carried.map(numbers => genome.architectureOf(numbers))
  return designs(parts, {
    variables: [{ kind: 'ordinal', name: 'network', values: [...carried.keys()] }, ...genome.knobVariables],
    objectives: config.objectives,
    initial: [],
    design: numbers => ({
      architecture: architectures[numbers[0]!]!,
      accelerator: genome.acceleratorOf(numbers, 1),
    }),
  })
}

function hardware(parts: StageParts): Stage {
  const { config, genome } = parts
  const { objectives, reference: architecture } = config
  return designs(parts, {
    variables: genome.knobVariables,
    objectives: objectives.filter(measure => !OF_NETWORK.includes(measure)),
    initial: [],
    share: 0.5,
    design: numbers => ({ architecture, accelerator: genome.acceleratorOf(numbers) }),
  })
}

function networksForHardware(parts: StageParts, carried: readonly (readonly number[])[]): Stage {
  const { config, genome } = parts
  const { networkVariables } = genome
  const accelerators = carried.map(numbers => genome.acceleratorOf(numbers))
  const reference = networkVariables.map(({ values }, i) => values.indexOf(config.reference[i]!))
  return designs(parts, {
    variables: [...networkVariables, { kind: 'ordinal', name: 'accelerator', values: [...carried.keys()] }],
    objectives: config.objectives,
    initial: carried.slice(0, config.plan.population).map((_, i) => [...reference, i]),
    design: numbers => ({
      architecture: genome.architectureOf(numbers),
      accelerator: accelerators[numbers[networkVariables.length]!]!,
    }),
  })
}
