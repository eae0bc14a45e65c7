import {
  absolute,
  acceleratorCostModel,
  type Constraint,
  type CostModel,
  countCostModel,
  hostCostModel,
  misses,
} from '../cost/index.js'
import { type Dataset, loadDataset } from '../data/index.js'
import { estimateMemory } from '../engine/index.js'
import { InfeasibleError, InputError } from '../errors.js'
import { type Accelerator, readPeModel } from '../hardware/index.js'
import { type PruneConfig, pruneJob } from '../prune/index.js'
import { drive, machine, type Run, type Solution } from '../runs/index.js'
import { checkFits, type InputModel } from './input-model.js'
import type { ResumeOptions } from './long-command.js'
import { type Normalization, normalized } from './normalization.js'
import { finishPruning } from './prune-results.js'
import { withRun } from './with-run.js'

/** What latency and energy are priced on. */
export interface PricedOn {
  readonly on?: 'host' | Accelerator
}

/** What the run folder keeps. */
export interface PruneRunConfig extends PruneConfig, PricedOn {
  readonly model: Pick<InputModel, 'file' | 'sha256'>
  readonly data?: string
  readonly normalization?: Normalization
}

export interface PruneInputs {
  readonly model: InputModel
  readonly config: PruneRunConfig
  readonly dataset: Dataset | undefined
}

/** What a budget is priced by. Throws InputError where nothing was named that could. */
function modelOf({ on }: PricedOn): (budget: Constraint) => CostModel {
  const named = on === undefined || on === 'host' ? hostCostModel() : acceleratorCostModel(on, readPeModel())
  return ({ metric, text }) => {
    if (metric === 'macs' || metric === 'params') return countCostModel
    if (on !== undefined && (on !== 'host' || metric === 'latency')) return named
    const names = metric === 'latency' ? 'accelerator:FILE or host' : 'accelerator:FILE'
    throw new InputError(`--budget "${text}": name what ${metric} is priced on with --on ${names}`)
  }
}

/** Throws InputError or CostError for a budget that nothing prices. Measured ones are measured later. */
export async function checkBudgets({ network }: InputModel, config: PruneRunConfig): Promise<void> {
  for (const budget of config.budgets) {
    const model = modelOf(config)(budget)
    if (model.kind === 'host') continue
    const reference = await model.estimate(network)
    misses([absolute(budget, reference)], reference)
  }
}

/** The data of a pruning, as the model expects them. Throws DataError where they do not fit, InputError without. */
export async function loadPruneData(
  model: InputModel,
  config: PruneRunConfig,
  seed: number,
): Promise<Dataset | undefined> {
  const loaded = config.data === undefined ? undefined : await loadDataset(config.data)
  const dataset = loaded && normalized(loaded, config.normalization)
  if (dataset !== undefined) checkFits(model, dataset)
  pruneJob({ network: model.network, config, modelOf: modelOf(config), dataset, seed })
  return dataset
}

/**
 * Does or continues a pruning in its run folder: rank, cut, train, export, report. Throws InfeasibleError when a
 * budget is not met; the closest network is written all the same.
 */
export async function runPrune(run: Run, inputs: PruneInputs, options: ResumeOptions): Promise<void> {
  const { model, config, dataset } = inputs
  let solutions: readonly Solution[] = []
  await withRun(run, options, async session => {
    if (dataset !== undefined) session.progress.line(memoryLine(inputs))
    const job = pruneJob({
      network: model.network,
      config,
      modelOf: modelOf(config),
      dataset,
      seed: run.seed,
    })
    const work = await finishPruning(run, inputs, await drive(job, run, session), session)
    solutions = work.solutions
    return work
  })
  const missed = solutions.filter(({ met }) => !met).map(({ name }) => name)
  if (missed.length > 0)
    throw new InfeasibleError(
      `Not every budget could be met: ${missed.join(', ')} missed; the closest is written.`,
    )
}

function memoryLine({ model: { network }, config: { training } }: PruneInputs): string {
  const bytes = estimateMemory(network, training.batchSize)
  return `Memory needed: about ${(bytes / 1e9).toFixed(1)} GB, of ${machine().memoryGib} GiB in this machine`
}
