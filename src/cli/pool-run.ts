import type { Dataset } from '../data/index.js'
import { InfeasibleError } from '../errors.js'
import { type PoolConfig, poolJob } from '../pool/index.js'
import { drive, type Run, type Solution } from '../runs/index.js'
import type { InputModel } from './input-model.js'
import type { ResumeOptions } from './long-command.js'
import { loadModelData, memoryLine } from './model-data.js'
import type { Normalization } from './normalization.js'
import { finishPooling } from './pool-results.js'
import { poolingPrice } from './pooling-price.js'
import type { PricedOn } from './priced-on.js'
import { withRun } from './with-run.js'

/** What the run folder keeps. */
export interface PoolRunConfig extends PoolConfig, PricedOn {
  readonly model: Pick<InputModel, 'file' | 'sha256'>
  readonly data: string
  readonly normalization?: Normalization
}

export interface PoolInputs {
  readonly model: InputModel
  readonly config: PoolRunConfig
  readonly dataset: Dataset
}

const jobOf = ({ model, config, dataset }: PoolInputs, seed: number) =>
  poolJob({ network: model.network, config, pricing: poolingPrice(config), dataset, seed })

/** The data of a pooling, as the model expects them. Throws DataError where they do not fit. */
export async function loadPoolData(model: InputModel, config: PoolRunConfig, seed: number): Promise<Dataset> {
  const dataset = await loadModelData(model, config.data, config.normalization)
  jobOf({ model, config, dataset }, seed)
  return dataset
}

/**
 * Does or continues a pooling in its run folder: gains, sensitivities, rounds, export, report. Throws InfeasibleError
 * where no round meets what was asked, or nothing saves anything; what was found is written all the same.
 */
export async function runPool(run: Run, inputs: PoolInputs, options: ResumeOptions): Promise<void> {
  const { model, config } = inputs
  let solutions: readonly Solution[] = []
  await withRun(run, options, async session => {
    session.progress.line(memoryLine(model.network, config.training.batchSize))
    const result = await drive(jobOf(inputs, run.seed), run, session)
    const work = await finishPooling(run, inputs, result, session)
    solutions = work.solutions
    return work
  })
  if (solutions.length === 0)
    throw new InfeasibleError(
      `${model.network.name}: no convolution saves anything when it is pooled, so that there is no network to write`,
    )
}
