import {
  compile,
  createModel,
  createOptimizer,
  disposeModel,
  disposeOptimizer,
  evaluateWith,
  evaluationStep,
  type LabelledImages,
  type Optimizer,
  optimizerVariables,
  type Precision,
  type Program,
  type Replace,
  readVariables,
  refuseDivergence,
  type StepPosition,
  type Tensors,
  takeStep,
  tf,
  trainStep,
} from '../engine/index.js'
import type { Network, Weights } from '../network/index.js'
import type { ChannelMap } from './channels.js'
import { masksExactly, readersOf } from './mask.js'
import { prune } from './surgery.js'

/** A network without some of its channels, to be judged; perhaps trained a little before. */
export interface Candidate {
  trainStep(batch: LabelledImages, position: StepPosition): void
  /** Mean cross-entropy over the images held out. */
  loss(): number
  /** What training has changed. */
  pack(): Weights
  unpack(tensors: Weights): void
  dispose(): void
}

export interface FitnessOptions {
  /** With weights. */
  readonly network: Network
  readonly channels: ChannelMap
  /** Images held out of training, from the first on. */
  readonly heldOut: () => Iterable<LabelledImages>
  /** What convolutions and batch norms are computed in; float32 where it is left out. */
  readonly precision?: Precision | undefined
  /**
   * What batch norms take when a candidate is judged. The running statistics are those of the whole network; after
   * a deep cut they fit so badly that all candidates are no better than guessing.
   */
  readonly statistics?: 'running' | 'batch'
  /** Of the steps before a candidate is judged. */
  readonly weightDecay?: number
}

/** Judges candidates of one network, one after the other. */
export interface Fitness {
  /** The network without the channels of `dead`, with the weights that it came with. */
  candidate(dead: readonly number[]): Candidate
  dispose(): void
}

const OPTIMIZER = { kind: 'momentum', momentum: 0.9, nesterov: true } as const

/**
 * Candidates are one model with masked kernels where that is exact; networks with layer normalizations are pruned and
 * built anew for each. The masks are feeds: no graph is made twice.
 */
export const createFitness = (options: FitnessOptions): Fitness =>
  masksExactly(options.network, options.channels) ? maskedFitness(options) : compactFitness(options)

function maskedFitness(options: FitnessOptions): Fitness {
  const { network, channels } = options
  const readers = [...readersOf(network, channels)]
  const replace: Replace = (values, feeds) =>
    new Map(readers.map(([name]) => [name, tf.mul(values.get(name)!, feeds[`mask ${name}`]!)]))
  const machine = createMachine(network, options, replace)
  return {
    candidate(dead) {
      const flags = new Uint8Array(channels.atoms)
      for (const atom of dead) flags[atom] = 1
      const masks = readers.map(([name, atoms]) => {
        const mask = Float32Array.from(atoms, atom => 1 - flags[atom]!)
        const { shape } = network.weights[name]!
        return { name: `mask ${name}`, mask, shape: [...shape.slice(0, -2).map(() => 1), mask.length, 1] }
      })
      const feeds = (): Tensors =>
        Object.fromEntries(masks.map(({ name, mask, shape }) => [name, tf.tensor(mask, shape)]))
      return { ...machine.candidate(feeds), dispose: machine.reset }
    },
    dispose: machine.dispose,
  }
}

const compactFitness = (options: FitnessOptions): Fitness => ({
  candidate(dead) {
    const machine = createMachine(prune(options.network, dead, options.channels), options)
    return { ...machine.candidate(), dispose: machine.dispose }
  },
  dispose() {},
})

/** A model with its two programs; what training needs is made when it is first asked for. */
function createMachine(
  network: Network,
  { heldOut, precision, statistics = 'running', weightDecay = 0 }: FitnessOptions,
  replace?: Replace,
) {
  const model = createModel(network)
  const evaluation = compile(evaluationStep(model, { replace, statistics }), { precision })
  let training: { readonly optimizer: Optimizer; readonly program: Program } | undefined
  /** Whether the model is another than it was made. */
  let changed = false

  const startTraining = () => {
    const optimizer = createOptimizer(model.trainable, OPTIMIZER)
    const step = trainStep(model, optimizer, { weightDecay, ...(replace && { replace }) })
    training = { optimizer, program: compile(step, { precision }) }
    return training
  }
  const variables = () => [
    ...model.variables.values(),
    ...optimizerVariables((training ?? startTraining()).optimizer),
  ]
  const assign = (tensors: Weights) => {
    for (const variable of variables()) {
      const data = tensors[variable.name]?.data
      const shape = [...variable.shape]
      tf.tidy(() => variable.assign(data ? tf.tensor(data, shape) : tf.zeros(shape)))
    }
  }
  return {
    candidate: (more?: () => Tensors): Omit<Candidate, 'dispose'> => ({
      trainStep(batch, position) {
        changed = true
        const { program } = training ?? startTraining()
        refuseDivergence(takeStep(program, model, batch, position, more).loss, position.step)
      },
      loss: () => evaluateWith(evaluation, model, heldOut(), more).loss,
      pack: () => (changed ? readVariables(variables()) : {}),
      unpack(tensors) {
        changed = Object.keys(tensors).length > 0
        if (changed) assign(tensors)
      },
    }),
    /** Gives the model the weights it was made with, and the optimizer empty slots. */
    reset() {
      if (changed) assign(network.weights)
      changed = false
    },
    dispose() {
      evaluation.dispose()
      training?.program.dispose()
      if (training) disposeOptimizer(training.optimizer)
      disposeModel(model)
    },
  }
}
