import { absolute, type Constraint, type Cost } from '../cost/index.js'
import {
  createModel,
  disposeModel,
  disposeTraining,
  evaluate,
  type LabelledImages,
  networkOf,
  startTraining,
  trainingStep,
  unpackTraining,
} from '../engine/index.js'
import type { Network } from '../network/index.js'
import type { Job } from '../runs/index.js'
import type { Cut } from './cut.js'
import type { LegrResult } from './legr.js'
import { type PruneOptions, pruneContext } from './prune-context.js'
import { cutLines, epochLine, incomingLines, type Line, learningLine, percent } from './prune-lines.js'
import {
  type Accuracy,
  type PackedPruning,
  type Position,
  type PrunedAccuracy,
  type PruneState,
  packPruning,
  partOf,
} from './prune-state.js'
import { prune } from './surgery.js'

export interface PruneResult {
  /** Absolute, in the order asked; so are the others. */
  readonly budgets: readonly Constraint[]
  readonly cuts: readonly Cut[]
  readonly networks: readonly Network[]
  /** Empty without data. */
  readonly accuracies: readonly PrunedAccuracy[]
  readonly incoming?: Accuracy
  /** Of a ranking that was learned: at which budget, and what. */
  readonly learning?: Constraint
  readonly learned?: LegrResult
}

interface Step {
  readonly state: PruneState
  readonly lines?: readonly Line[]
}

const NO_SUMS = { loss: 0, right: 0, count: 0 }

/**
 * Pruning as a job: looks at the network that came in, ranks its channels (LeGR learns once, at the tightest budget
 * at which candidates can be told apart), cuts it to every budget, trains each and evaluates it once on the test
 * split. Throws what `pruneContext` throws.
 */
export function pruneJob(options: PruneOptions): Job<PruneState, PruneResult> {
  const { network, config, modelOf, dataset, seed } = options
  const { training: plan, budgets: asked } = config
  const context = pruneContext(options)
  const { data, channels } = context
  const trainingSteps = data ? plan.epochs * data.stepsPerEpoch : 0

  /** Measures what came in and states the budgets in units. */
  async function survey(state: PruneState): Promise<Step> {
    const costs: Cost[] = []
    for (const budget of asked) costs.push(await modelOf(budget).estimate(network))
    const budgets = asked.map((budget, i) => absolute(budget, costs[i]!))
    const heldOut = data && accuracyOf(network, data.heldOut())
    const learning = context.learns ? await context.learningBudget(budgets) : undefined
    const found = { budgets, ...(data && { heldOut: heldOut! }), ...(learning && { learning }) }
    return {
      state: {
        ...state,
        position: { ...state.position, ...found },
        ...(learning && { legr: await context.learner(learning).init() }),
      },
      lines: [
        ...incomingLines(network.name, { budgets, costs, heldOut, classes: dataset?.classes.length ?? 0 }),
        ...(learning ? [learningLine(learning)] : []),
      ],
    }
  }

  async function learn(state: PruneState): Promise<Step> {
    const { legr, ...rest } = state
    const learner = context.learner(state.position.learning!)
    const { state: next, report } = await learner.step(legr!)
    const lines = (report?.entries ?? []) as readonly Line[]
    if (!learner.done(next)) return { state: { ...rest, legr: next }, lines }
    const learned = await learner.result(next)
    return { state: { ...rest, position: { ...state.position, learned } }, lines }
  }

  async function cutNext(state: PruneState): Promise<Step> {
    const { position } = state
    const order = position.order ?? (await context.order(position.learned?.affine))
    const i = position.cuts.length
    const budget = position.budgets![i]!
    const cut = await context.cut(order, budget)
    return {
      state: { ...state, position: { ...position, order, cuts: [...position.cuts, cut] } },
      lines: cutLines(asked[i]!, budget, cut, channels.atoms),
    }
  }

  const prunedNetwork = ({ cuts }: Position, i: number): Network => prune(network, cuts[i]!.dead, channels)

  /** Takes up the next pruned network: trains it, or is done with it at once. */
  function startNext(state: PruneState): Step {
    const { position, networks } = state
    const next = prunedNetwork(position, networks.length)
    if (data === undefined) return { state: { ...state, networks: [...networks, next] } }
    const before = accuracyOf(next, data.heldOut())
    const entry = { network: asked[networks.length]!.text, before }
    const lines = [
      { entry, line: `${entry.network}: ${percent(before)} of the held-out images right before training` },
    ]
    if (trainingSteps > 0) {
      const training = startTraining(next, plan, seed)
      return { state: { ...state, training, position: { ...position, before } }, lines }
    }
    const after = { heldOut: before, test: accuracyOf(next, data.test()) }
    const accuracies = [...position.accuracies, { before, after }]
    return {
      state: { ...state, position: { ...position, accuracies }, networks: [...networks, next] },
      lines,
    }
  }

  async function train(state: PruneState): Promise<Step> {
    const { position } = state
    const training = state.training!
    const source = data!.source()
    const { loss, right, count } = await trainingStep(training, source, plan, seed)
    const sums = {
      loss: position.sums.loss + loss * count,
      right: position.sums.right + right,
      count: position.sums.count + count,
    }
    if (training.step % source.stepsPerEpoch !== 0)
      return { state: { ...state, position: { ...position, sums } } }
    const summary = {
      network: asked[state.networks.length]!.text,
      epoch: training.step / source.stepsPerEpoch,
      loss: sums.loss / sums.count,
      accuracy: sums.right / sums.count,
    }
    const lines = [epochLine(summary, plan.epochs, source.waiting().share)]
    const after = { ...state, position: { ...position, sums: NO_SUMS } }
    return { state: training.step < trainingSteps ? after : finishTraining(after), lines }
  }

  function finishTraining(state: PruneState): PruneState {
    const { training, networks, ...rest } = state
    const { before, ...position } = state.position
    const { model } = training!
    const after = {
      heldOut: evaluate(model, data!.heldOut()).accuracy,
      test: evaluate(model, data!.test()).accuracy,
    }
    const network = networkOf(model)
    disposeTraining(training!)
    const accuracies = [...position.accuracies, { before: before!, after }]
    return { ...rest, networks: [...networks, network], position: { ...position, accuracies } }
  }

  function finish(state: PruneState): Step {
    const { position } = state
    const incoming = data && { heldOut: position.heldOut!, test: accuracyOf(network, data.test()) }
    return { state: { ...state, position: { ...position, ...(incoming && { incoming }), done: true } } }
  }

  function stepOf(state: PruneState): Step | Promise<Step> {
    const { position, legr, training, networks } = state
    if (position.budgets === undefined) return survey(state)
    if (legr) return learn(state)
    if (position.cuts.length < asked.length) return cutNext(state)
    if (training) return train(state)
    return networks.length < asked.length ? startNext(state) : finish(state)
  }

  return {
    init: async () => ({
      position: { cuts: [], accuracies: [], sums: NO_SUMS, done: false },
      networks: [],
    }),
    async step(state) {
      const { state: next, lines = [] } = await stepOf(state)
      return { state: next, report: { entries: lines } }
    },
    done: ({ position }) => position.done,
    async result({ position, networks }) {
      await context.dispose()
      const { budgets = [], cuts, accuracies, incoming, learning, learned } = position
      return {
        ...{ budgets, cuts, networks, accuracies },
        ...(incoming && { incoming }),
        ...(learning && { learning }),
        ...(learned && { learned }),
      }
    },
    pack: state => packPruning(state, position => context.learner(position.learning!)),
    async unpack({ json, tensors }) {
      const { position, finished, legr, training } = json as PackedPruning
      const part = (prefix: string) => partOf(tensors, prefix)
      const networks = Array.from({ length: finished }, (_, i) =>
        Object.freeze({ ...prunedNetwork(position, i), weights: part(`pruned${i}:`) }),
      )
      return {
        position,
        networks,
        ...(legr !== undefined && {
          legr: await context.learner(position.learning!).unpack({ json: legr, tensors: part('legr:') }),
        }),
        ...(training && {
          training: unpackTraining(prunedNetwork(position, finished), plan, {
            json: training,
            tensors: part('training:'),
          }),
        }),
      }
    },
    /** Of the part in hand: evaluations of the ranking, then steps of training. */
    progress({ position, legr, training, networks }) {
      if (legr) return context.learner(position.learning!).progress(legr)
      const each = Math.max(1, trainingSteps)
      return {
        done: networks.length * each + (training?.step ?? 0),
        total: asked.length * each,
        label: training ? `train ${asked[networks.length]!.text}` : 'pruning',
        ...(training && { images: plan.batchSize }),
      }
    },
    dispose({ legr, training }) {
      legr?.trial?.candidate.dispose()
      if (training) disposeTraining(training)
      void context.dispose()
    },
  }
}

function accuracyOf(network: Network, images: Iterable<LabelledImages>): number {
  const model = createModel(network)
  try {
    return evaluate(model, images).accuracy
  } finally {
    disposeModel(model)
  }
}
