import { absolute, type Constraint, type Cost } from '../cost/index.js'
import { NothingYetError } from '../errors.js'
import type { Network } from '../network/index.js'
import { type Job, unprefixed } from '../runs/index.js'
import {
  type Accuracy,
  accuracyOf,
  disposeTuning,
  incomingLines,
  type Line,
  startTuning,
  type TuningContext,
  type TuningStep,
  tunedSoFar,
  tuningStep,
  unpackTuning,
} from '../tuning/index.js'
import type { Cut } from './cut.js'
import type { LegrResult } from './legr.js'
import { type PruneOptions, pruneContext } from './prune-context.js'
import { cutLines, learningLine, priceTexts } from './prune-lines.js'
import {
  type PackedPruning,
  type Position,
  type PrunedAccuracy,
  type PruneState,
  packPruning,
} from './prune-state.js'
import { prune } from './surgery.js'

export interface PruneResult {
  /** Absolute, in the order asked; so are the others. */
  readonly budgets: readonly Constraint[]
  readonly cuts: readonly Cut[]
  readonly networks: readonly Network[]
  /** Atoms in the order in which they go. */
  readonly order: readonly number[]
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

/**
 * Pruning as a job: looks at the network that came in, ranks its channels (LeGR learns once, at the tightest budget
 * at which candidates can be told apart), cuts it to every budget, trains each and evaluates it once on the test
 * split. Cut short, the best ranking so far makes the cuts, and networks are as far as they have been trained. Throws what `pruneContext` throws.
 */
export function pruneJob(options: PruneOptions): Job<PruneState, PruneResult> {
  const { network, config, modelOf, dataset, seed } = options
  const { training: plan, budgets: asked } = config
  const context = pruneContext(options)
  const { data, channels } = context
  const trainingSteps = data ? plan.epochs * data.stepsPerEpoch : 0
  const tuningContext = (): TuningContext => ({ plan, seed, source: data!.source, heldOut: data!.heldOut })

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
        ...incomingLines(
          network.name,
          priceTexts(budgets, costs),
          heldOut === undefined ? undefined : { heldOut, classes: dataset!.classes.length },
        ),
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
  function startNext(state: PruneState, plan = options.config.training): Step {
    const { position, networks } = state
    const next = prunedNetwork(position, networks.length)
    if (data === undefined) return { state: { ...state, networks: [...networks, next] } }
    return after(state, startTuning(next, asked[networks.length]!.text, { ...tuningContext(), plan }))
  }

  /** The state with a tuning one step on; once it is done its network is seen by the test split. */
  function after({ tuning: _, ...state }: PruneState, { tuning, tuned, lines }: TuningStep): Step {
    if (tuned === undefined) return { state: { ...state, ...(tuning && { tuning }) }, lines }
    const { position, networks } = state
    const { network, before, heldOut } = tuned
    const accuracy = { before, after: { heldOut, test: accuracyOf(network, data!.test()) } }
    const accuracies = [...position.accuracies, accuracy]
    return {
      state: { ...state, networks: [...networks, network], position: { ...position, accuracies } },
      lines,
    }
  }

  function finish(state: PruneState): Step {
    const { position } = state
    const incoming = data && { heldOut: position.heldOut!, test: accuracyOf(network, data.test()) }
    return { state: { ...state, position: { ...position, ...(incoming && { incoming }), done: true } } }
  }

  async function stepOf(state: PruneState): Promise<Step> {
    const { position, legr, tuning, networks } = state
    if (position.budgets === undefined) return survey(state)
    if (legr) return learn(state)
    if (position.cuts.length < asked.length) return cutNext(state)
    if (tuning) return after(state, await tuningStep(tuning, tuningContext()))
    return networks.length < asked.length ? startNext(state) : finish(state)
  }

  /** A step that trains nothing any more. */
  async function hurriedStep(state: PruneState): Promise<Step> {
    const { position, legr, tuning, networks } = state
    if (position.budgets === undefined)
      throw new NothingYetError('the network that came in has not been looked at')
    if (legr) {
      const learned = await context.learner(position.learning!).result(legr)
      return { state: { position: { ...position, learned }, networks } }
    }
    if (tuning) return after(state, { tuned: tunedSoFar(tuning, tuningContext()), lines: [] })
    const starts = position.cuts.length === asked.length && networks.length < asked.length
    return starts ? startNext(state, { ...plan, epochs: 0 }) : stepOf(state)
  }

  async function hurried(state: PruneState): Promise<PruneState> {
    let last = state
    while (!last.position.done) last = (await hurriedStep(last)).state
    return last
  }

  return {
    init: async () => ({
      position: { cuts: [], accuracies: [], done: false },
      networks: [],
    }),
    async step(state) {
      const { state: next, lines = [] } = await stepOf(state)
      return { state: next, report: { entries: lines } }
    },
    done: ({ position }) => position.done,
    async result(state) {
      const { position, networks } = await hurried(state)
      await context.dispose()
      const { budgets = [], cuts, accuracies, incoming, learning, learned, order = [] } = position
      return {
        ...{ budgets, cuts, networks, order, accuracies },
        ...(incoming && { incoming }),
        ...(learning && { learning }),
        ...(learned && { learned }),
      }
    },
    pack: state => packPruning(state, position => context.learner(position.learning!)),
    async unpack({ json, tensors }) {
      const { position, finished, legr, tuning } = json as PackedPruning
      const part = (prefix: string) => unprefixed(tensors, prefix)
      const networks = Array.from({ length: finished }, (_, i) =>
        Object.freeze({ ...prunedNetwork(position, i), weights: part(`pruned${i}:`) }),
      )
      return {
        position,
        networks,
        ...(legr !== undefined && {
          legr: await context.learner(position.learning!).unpack({ json: legr, tensors: part('legr:') }),
        }),
        ...(tuning && {
          tuning: unpackTuning(prunedNetwork(position, finished), plan, {
            json: tuning,
            tensors: part('tuning:'),
          }),
        }),
      }
    },
    /** Of the part in hand: evaluations of the ranking, then steps of training. */
    progress({ position, legr, tuning, networks }) {
      if (legr) return context.learner(position.learning!).progress(legr)
      const each = Math.max(1, trainingSteps)
      return {
        done: networks.length * each + (tuning?.training.step ?? 0),
        total: asked.length * each,
        label: tuning ? `train ${tuning.name}` : 'pruning',
        ...(tuning && { images: plan.batchSize }),
      }
    },
    dispose({ legr, tuning }) {
      legr?.trial?.candidate.dispose()
      if (tuning) disposeTuning(tuning)
      void context.dispose()
    },
  }
}
