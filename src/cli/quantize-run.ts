import { acceleratorCostModel } from '../cost/index.js'
import { type Dataset, loadDataset } from '../data/index.js'
import { type Accelerator, readPeModel, withPeType } from '../hardware/index.js'
import { type QuantizeConfig, quantizeJob, schemeCost, schemes } from '../quantize/index.js'
import { drive, inTurn, type Run } from '../runs/index.js'
import { builtModel } from './built-model.js'
import { type InputModel, readSameModel } from './input-model.js'
import type { ResumeOptions } from './long-command.js'
import { loadModelData, memoryLine } from './model-data.js'
import { type Normalization, normalized } from './normalization.js'
import { finishQuantizations } from './quantize-results.js'
import { withRun } from './with-run.js'

/** What the run folder keeps. */
export interface QuantizeRunConfig {
  /** A file, or the name of a network that is made. */
  readonly model: Pick<InputModel, 'file' | 'sha256'> | { readonly built: string }
  readonly data: string
  readonly normalization?: Normalization
  /** What results are priced on, with elements of each scheme's type. */
  readonly on?: Accelerator
  /** One or more, done in turn; a scheme is there twice only with other constraints. */
  readonly quantizations: readonly QuantizeConfig[]
}

export interface QuantizeInputs {
  readonly model: InputModel
  readonly config: QuantizeRunConfig
  readonly dataset: Dataset
}

/** What a quantization is called: by its scheme, and what is asked of it where there are several. */
export const quantizationName = (
  { scheme, constraint }: Pick<QuantizeConfig, 'scheme' | 'constraint'>,
  { quantizations }: Pick<QuantizeRunConfig, 'quantizations'>,
): string => (constraint !== undefined && quantizations.length > 1 ? `${scheme} ${constraint.text}` : scheme)

const jobOf = ({ model: { network }, config, dataset }: QuantizeInputs, seed: number) =>
  inTurn(
    config.quantizations.map(quantization => {
      const { peType } = schemes[quantization.scheme]
      const priced = config.on !== undefined && peType !== undefined
      const job = quantizeJob({
        ...{ network, config: quantization, dataset, seed },
        ...(priced && { model: acceleratorCostModel(withPeType(config.on, peType), readPeModel()) }),
      })
      return { name: quantizationName(quantization, config), job }
    }),
  )

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

/**
 * Throws InputError, NetworkError or DataError for what a quantization would refuse at its start, CostError where the
 * accelerator cannot be built of the elements that a scheme needs.
 */
export async function checkQuantization(inputs: QuantizeInputs, seed: number): Promise<void> {
  const { on, quantizations } = inputs.config
  jobOf(inputs, seed)
  if (on === undefined) return
  const options = { given: on, peModel: readPeModel() }
  for (const { scheme } of quantizations) await schemeCost(inputs.model.network, schemes[scheme], options)
}

/** Does or continues quantizations in their run folder: calibrate, train, export, report. */
export const runQuantize = (run: Run, inputs: QuantizeInputs, options: ResumeOptions): Promise<void> =>
  withRun(run, options, async session => {
    const batches = inputs.config.quantizations.map(({ training }) => training.batchSize)
    session.progress.line(memoryLine(inputs.model.network, Math.max(...batches)))
    return finishQuantizations(run, inputs, await drive(jobOf(inputs, run.seed), run, session), session)
  })
