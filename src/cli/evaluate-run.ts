import {
  acceleratorCostModel,
  type Constraint,
  countCostModel,
  hostCostModel,
  misses,
} from '../cost/index.js'
import type { Dataset } from '../data/index.js'
import { InputError } from '../errors.js'
import { readPeModel } from '../hardware/index.js'
import { drive, type Run } from '../runs/index.js'
import type { InputModel } from './input-model.js'
import type { ResumeOptions } from './long-command.js'
import { loadModelData } from './model-data.js'
import type { Normalization } from './normalization.js'
import type { PricedOn } from './priced-on.js'
import { withRun } from './with-run.js'

/** What the run folder keeps. */
export interface EvaluateConfig extends PricedOn {
  readonly model: Pick<InputModel, 'file' | 'sha256'>
  readonly data?: string
  readonly normalization?: Normalization
  readonly batch: number
  /** None is relative. */
  readonly constraints: readonly Constraint[]
}

export interface EvaluateInputs {
  readonly model: InputModel
  readonly config: EvaluateConfig
  /** Absent where the price alone is asked. */
  readonly dataset: Dataset | undefined
}

/**
 * The data to evaluate on, if any. Throws DataError where they do not fit, InputError for a model without weights, CostError
 * for a network that cannot be priced and a constraint on what is not.
 */
export async function loadEvaluated(model: InputModel, config: EvaluateConfig): Promise<Dataset | undefined> {
  const { data, normalization, constraints, on } = config
  // What is measured here is left for the run.
  const cost = await costModel(on === 'host' ? { batch: 1 } : config).estimate(model.network)
  misses(constraints, on === 'host' ? { ...cost, latencyMs: 0 } : cost)
  if (data === undefined) return undefined
  if (Object.keys(model.network.weights).length === 0)
    throw new InputError(`${model.file} has no weights, so it has no accuracy; leave --data out`)
  return loadModelData(model, data, normalization)
}

/** Does or continues an evaluation in its run folder: the price, then the test images. */
export async function runEvaluate(run: Run, inputs: EvaluateInputs, options: ResumeOptions): Promise<void> {
  const { model, config, dataset } = inputs
  const { constraints } = config
  await withRun(run, options, async session => {
    const priced = costModel(config)
    const { layers = [], ...cost } = await priced.estimate(model.network)
    const missed = misses(constraints, cost)
    const accuracy = dataset && (await accuracyOn(dataset, run, inputs, session))
    const { name } = model.network
    return {
      asked: constraints.map(({ metric, op, bound }) => ({ metric, op, bound })),
      solutions: [{ name, met: missed.length === 0, misses: missed, cost, ...(accuracy && { accuracy }) }],
      report: {
        title: `${name}: accuracy and price`,
        notes: [
          `Priced by ${priced.name}${config.batch === 1 ? '' : `, ${config.batch} images at a time`}.`,
          ...(dataset === undefined
            ? []
            : [`Accuracy is of ${dataset.test.count} test images of ${dataset.name}.`]),
        ],
        tables:
          layers.length === 0
            ? []
            : [
                {
                  title: 'Layers',
                  columns: ['layer', 'latency, ms', 'energy, mJ'],
                  rows: layers.map(({ name, latencyMs, energyMj }) => [name, latencyMs, energyMj]),
                },
              ],
      },
    }
  })
}

function costModel({ on, batch }: Pick<EvaluateConfig, 'on' | 'batch'>) {
  if (on === 'host') return hostCostModel({ batch })
  return on === undefined ? countCostModel : acceleratorCostModel(on, readPeModel(), { batch })
}

async function accuracyOn(
  dataset: Dataset,
  run: Run,
  { model: { network } }: EvaluateInputs,
  session: Parameters<Parameters<typeof withRun>[2]>[0],
) {
  const { evaluationJob } = await import('../tuning/index.js')
  const { accuracy } = await drive(evaluationJob(network, dataset, 'test'), run, session)
  return { test: accuracy }
}
