import { acceleratorCostModel } from '../cost/index.js'
import { type Dataset, loadDataset } from '../data/index.js'
import { InputError } from '../errors.js'
import { type Accelerator, readPeModel } from '../hardware/index.js'
import { type QuantizeConfig, quantizeJob, schemes } from '../quantize/index.js'
import { drive, type Run } from '../runs/index.js'
import { builtModel } from './built-model.js'
import { type InputModel, readSameModel } from './input-model.js'
import type { ResumeOptions } from './long-command.js'
import { loadModelData, memoryLine } from './model-data.js'
import { type Normalization, normalized } from './normalization.js'
import { finishQuantization } from './quantize-results.js'
import { withRun } from './with-run.js'

/** What the run folder keeps. */
export interface QuantizeRunConfig extends QuantizeConfig {
  /** A file, or the name of a network that is made. */
  readonly model: Pick<InputModel, 'file' | 'sha256'> | { readonly built: string }
  readonly data: string
  readonly normalization?: Normalization
  /** What latency and energy of terms are priced on. */
  readonly on?: Accelerator
}

export interface QuantizeInputs {
  readonly model: InputModel
  readonly config: QuantizeRunConfig
  readonly dataset: Dataset
}

const jobOf = ({ model: { network }, config, dataset }: QuantizeInputs, seed: number) =>
  quantizeJob({
    ...{ network, config, dataset, seed },
    ...(config.on && { model: acceleratorCostModel(config.on, readPeModel()) }),
  })

/** The model of a configuration and its data, as it expects them. Throws DataError where they do not fit. */
export async function loadQuantization(
  config: QuantizeRunConfig,
  model?: InputModel,
): Promise<QuantizeInputs> {
  const { data, normalization } = config
  if ('built' in config.model) {
    const dataset = normalized(await loadDataset(data), normalization)
    return { model: builtModel(config.model.built, dataset), config, dataset }
  }
  const read = model ?? readSameModel(config.model)
  return { model: read, config, dataset: await loadModelData(read, data, normalization) }
}

/** Throws InputError, NetworkError or DataError for what a quantization would refuse at its start. */
export function checkQuantization(inputs: QuantizeInputs, seed: number): void {
  const { on, scheme } = inputs.config
  const { peType } = schemes[scheme]
  if (on !== undefined && on.peType !== peType)
    throw new InputError(
      `--on ${on.name}: its elements are ${on.peType}, and terms are computed one at a time by ${peType}`,
    )
  jobOf(inputs, seed)
}

/** Does or continues a quantization in its run folder: calibrate, train, export, report. */
export const runQuantize = (run: Run, inputs: QuantizeInputs, options: ResumeOptions): Promise<void> =>
  withRun(run, options, async session => {
    session.progress.line(memoryLine(inputs.model.network, inputs.config.training.batchSize))
    return finishQuantization(run, inputs, await drive(jobOf(inputs, run.seed), run, session), session)
  })
