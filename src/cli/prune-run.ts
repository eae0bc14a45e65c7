import {
  absolute,
  acceleratorCostModel,
  type Constraint,
  type CostModel,
  countCostModel,
  hostCostModel,
  misses,
} from '../cost/index.js'
import type { Dataset } from '../data/index.js'
import { InfeasibleError, InputError } from '../errors.js'
import { readPeModel } from '../hardware/index.js'
import { type PruneConfig, pruneJob } from '../prune/index.js'
import { drive, type Run, type Solution } from '../runs/index.js'
import type { InputModel } from './input-model.js'
import { legrWorkers } from './legr-judge.js'
import type { ResumeOptions } from './long-command.js'
import { loadModelData, memoryLine } from './model-data.js'
import type { Normalization } from './normalization.js'
import type { PricedOn } from './priced-on.js'
import { finishPruning } from './prune-results.js'
import type { StaffOptions } from './staff-options.js'
import { withRun } from './with-run.js'

/** What the run folder keeps. */
export interface PruneRunConfig extends PruneConfig, PricedOn, StaffOptions {
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
  const { data, normalization } = config
  const dataset = data === undefined ? undefined : await loadModelData(model, data, normalization)
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
    if (dataset !== undefined) session.progress.line(memoryLine(model.network, config.training.batchSize))
    const others = await legrWorkers(config, run.seed, session.progress)
    const judge = others?.judge
    const parts = { network: model.network, config, modelOf: modelOf(config), dataset, seed: run.seed, judge }
    const result = await drive(pruneJob(parts), run, session).finally(() => others?.close())
    const work = await finishPruning(run, inputs, result, session)
    solutions = work.solutions
    if (others === undefined || work.report === undefined) return work
    return { ...work, report: { ...work.report, notes: [...(work.report.notes ?? []), others.note()] } }
  })
  const missed = solutions.filter(({ met }) => !met).map(({ name }) => name)
  if (missed.length > 0)
    throw new InfeasibleError(
      `Not every budget could be met: ${missed.join(', ')} missed; the closest is written.`,
    )
}
