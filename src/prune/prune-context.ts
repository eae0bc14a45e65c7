import { type Constraint, type CostModel, countCostModel } from '../cost/index.js'
import type { Dataset } from '../data/index.js'
import { InputError } from '../errors.js'
import type { Network } from '../network/index.js'
import type { Job } from '../runs/index.js'
import type { Affine } from './affine.js'
import { type ChannelMap, channelsOf } from './channels.js'
import { type CriterionName, criteria } from './criteria/criteria.js'
import { type Cut, cutToBudget } from './cut.js'
import { createFitness, type Fitness } from './fitness.js'
import { groupsOf } from './groups.js'
import { type LegrResult, type LegrState, legrJob } from './legr.js'
import type { PruneConfig } from './prune-config.js'
import { type PruneData, pruneData } from './prune-data.js'
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
}

/** What stays the same through a pruning, and what can be asked of it. */
export interface PruneContext {
  readonly channels: ChannelMap
  readonly data: PruneData | undefined
  /** Whether a ranking has to be learned first. */
  readonly learns: boolean
  /** The atoms in the order in which they go by the criterion asked for; `learned` is for `legr`. */
  order(learned?: Affine): Promise<readonly number[]>
  cut(order: readonly number[], budget: Constraint): Promise<Cut>
  /** The budget that a ranking is learned at, of absolute ones. */
  learningBudget(budgets: readonly Constraint[]): Promise<Constraint>
  /** The job that learns a ranking at the one budget of this pruning; made when it is first asked for. */
  learner(budget: Constraint): Job<LegrState, LegrResult>
  dispose(): Promise<void>
}

/**
 * Throws NetworkError for a layer to keep that is not there, DataError when images do not fill a batch, InputError
 * when there is no data for what needs it.
 */
export function pruneContext({ network, config, modelOf, dataset, seed }: PruneOptions): PruneContext {
  const { criterion, reduce, keepAtLeast, roundTo, tau, training } = config
  const channels = channelsOf(network, config)
  const groups = groupsOf(network, channels)
  const bare = { ...network, weights: {} }
  const learns = criterion === 'legr' && config.affine === undefined
  if (dataset === undefined) checkNeeds(config, learns)
  const data = dataset && pruneData(config, dataset, seed)
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

  return {
    channels,
    data,
    learns,
    order: learned => orderBy(criterion, learned ?? config.affine),
    cut,
    /** The one that takes most of what has the smallest norms; where it is measured, the MACs that it comes to. */
    async learningBudget(budgets) {
      const order = await orderBy('l2')
      const cuts: Cut[] = []
      for (const budget of budgets) cuts.push(await cut(order, budget))
      const most = Math.max(...cuts.map(({ count }) => count))
      const tightest = cuts.findIndex(({ count }) => count === most)
      const budget = budgets[tightest]!
      const { macs } = cuts[tightest]!.cost
      return modelOf(budget).kind === 'host'
        ? { metric: 'macs', op: '<=', bound: macs, relative: false, text: `macs<=${macs}` }
        : budget
    },
    learner(budget) {
      if (learner) return learner
      const { evolution: plan, precision, statistics } = config
      const { weightDecay, learningRate } = training
      const { judged: heldOut, source } = data!
      fitness = createFitness({ network, channels, heldOut, weightDecay, precision, statistics })
      const model = budget.metric === 'macs' ? countCostModel : modelOf(budget)
      const settings = { reduce, keepAtLeast, plan, tau, learningRate, source, seed }
      learner = legrJob({ network, ...parts, ...settings, budget, model, fitness })
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

function checkNeeds({ criterion, training }: PruneConfig, learns: boolean): void {
  const needs = learns
    ? 'learning a ranking'
    : criteria[criterion].needs === 'images'
      ? `criterion ${criterion}`
      : training.epochs > 0 && 'training what is left'
  if (needs) throw new InputError(`${needs} needs data: name some with --data`)
}
