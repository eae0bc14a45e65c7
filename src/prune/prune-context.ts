import { type Constraint, type CostModel, countCostModel } from '../cost/index.js'
import type { Dataset } from '../data/index.js'
import { InputError } from '../errors.js'
import type { Network } from '../network/index.js'
import type { Job } from '../runs/index.js'
import { type TuningData, tuningData } from '../tuning/index.js'
import type { Affine } from './affine.js'
import { type ChannelMap, channelsOf } from './channels.js'
import { type CriterionName, criteria } from './criteria/criteria.js'
import { type Cut, cutToBudget } from './cut.js'
import { createFitness, type Fitness } from './fitness.js'
import { groupsOf } from './groups.js'
import { type LegrOptions, type LegrResult, type LegrState, legrJob } from './legr.js'
import type { PruneConfig } from './prune-config.js'
import { removalOrder } from './removal-order.js'

export interface PruneOptions {
  /** With weights. */
  readonly network: Network
  readonly config: PruneConfig
  /** What a budget is priced by. */
  readonly modelOf: (budget: Constraint) => CostModel
  /** Not needed where nothing is learned, trained or told from images. */
  readonly dataset?: Dataset | undefined
  readonly seed: number
  /** Judges candidates of LeGR in place of this thread, with the same results. */
  readonly judge?: LegrOptions['judge'] | undefined
}

/** What stays the same through a pruning, and what can be asked of it. */
export interface PruneContext {
  readonly channels: ChannelMap
  readonly data: TuningData | undefined
  /** Whether a ranking has to be learned first. */
  readonly learns: boolean
  /** The atoms in the order in which they go by the criterion asked for; `learned` is for `legr`. */
  order(learned?: Affine): Promise<readonly number[]>
  cut(order: readonly number[], budget: Constraint): Promise<Cut>
  /**
   * The budget that a ranking is learned at, of absolute ones: the one at which plain norms remove most and, where
   * candidates are not trained before they are judged, still do better than guessing (else the one at which they
   * remove least). Where it is measured, the MACs that it comes to.
   */
  learningBudget(budgets: readonly Constraint[]): Promise<Constraint>
  /** The job that learns a ranking at the one budget of this pruning; made when it is first asked for. */
  learner(budget: Constraint): Job<LegrState, LegrResult>
  dispose(): Promise<void>
}

/**
 * Throws NetworkError for a layer to keep that is not there, DataError when images do not fill a batch, InputError
 * when there is no data for what needs it.
 */
export function pruneContext(options: PruneOptions): PruneContext {
  const { network, config, modelOf, dataset, seed, judge: others } = options
  const { criterion, reduce, keepAtLeast, roundTo, tau, training } = config
  const channels = channelsOf(network, config)
  const groups = groupsOf(network, channels)
  const bare = { ...network, weights: {} }
  const learns = criterion === 'legr' && config.affine === undefined
  if (dataset === undefined) checkNeeds(config, learns)
  const data = dataset && dataOf(config, dataset, seed)
  let fitness: Fitness | undefined
  let learner: Job<LegrState, LegrResult> | undefined

  async function orderBy(name: CriterionName, affine?: Affine): Promise<readonly number[]> {
    const input = { network, channels, reduce, seed, ...(affine && { affine }) }
    const scores = await criteria[name].score({ ...input, ...(data && { images: data.judged }) })
    return [...removalOrder(groups, scores, keepAtLeast)]
  }
  const parts = { channels, groups, roundTo }
  const cut = (order: readonly number[], budget: Constraint) =>
    cutToBudget({ ...parts, network: bare, order: Int32Array.from(order), budget, model: modelOf(budget) })

  const judge = (): Fitness => {
    const { precision, statistics } = config
    const { weightDecay } = training
    const { judged: heldOut } = data!
    fitness ??= createFitness({ network, channels, heldOut, weightDecay, precision, statistics })
    return fitness
  }
  /** Whether the losses of candidates like this one tell one from another: guessing has ln(classes). */
  const isTold = ({ dead }: Cut): boolean => {
    const candidate = judge().candidate(dead)
    const loss = candidate.loss()
    candidate.dispose()
    return loss < Math.log(dataset!.classes.length)
  }

  return {
    channels,
    data,
    learns,
    order: learned => orderBy(criterion, learned ?? config.affine),
    cut,
    async learningBudget(budgets) {
      const order = await orderBy('l2')
      const cuts: { readonly budget: Constraint; readonly cut: Cut }[] = []
      for (const budget of budgets) cuts.push({ budget, cut: await cut(order, budget) })
      const tightestFirst = cuts.sort((a, b) => b.cut.count - a.cut.count)
      const told = tau > 0 ? tightestFirst[0] : tightestFirst.find(({ cut }) => isTold(cut))
      const { budget, cut: chosen } = told ?? tightestFirst.at(-1)!
      const { macs } = chosen.cost
      return modelOf(budget).kind === 'host'
        ? { metric: 'macs', op: '<=', bound: macs, relative: false, text: `macs<=${macs}` }
        : budget
    },
    learner(budget) {
      const { evolution: plan } = config
      const { learningRate } = training
      const { source } = data!
      const model = budget.metric === 'macs' ? countCostModel : modelOf(budget)
      const settings = { reduce, keepAtLeast, plan, tau, learningRate, source, seed, judge: others }
      learner ??= legrJob({ network, ...parts, ...settings, budget, model, fitness: judge() })
      return learner
    },
    async dispose() {
      fitness?.dispose()
      fitness = undefined
      learner = undefined
      await data?.close()
    },
  }
}

/** The images of a pruning, each part with one use. */
export function dataOf(config: PruneConfig, dataset: Dataset, seed: number): TuningData {
  const { heldOut, share, images: judged, augment, tau, training } = config
  const { batchSize, epochs } = training
  const trains = epochs > 0 || tau > 0
  return tuningData({ dataset, seed, heldOut, share, judged, augment, batchSize, trains })
}

function checkNeeds({ criterion, training }: PruneConfig, learns: boolean): void {
  const needs = learns
    ? 'learning a ranking'
    : criteria[criterion].needs === 'images'
      ? `criterion ${criterion}`
      : training.epochs > 0 && 'training what is left'
  if (needs) throw new InputError(`${needs} needs data: name some with --data`)
}
