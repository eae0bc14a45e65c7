import { type Command, InvalidArgumentError, Option } from 'commander'
import { InputError } from '../errors.js'
import type { PoolOrder } from '../pool/plan-index.js'
import type { Run } from '../runs/index.js'
import { dataInput } from './data-input.js'
import type { InputModel } from './input-model.js'
import type { ResumeOptions } from './long-command.js'
import { normalizationOf } from './normalization.js'
import { positiveInteger, positiveNumber } from './number-options.js'
import { takes } from './option-value.js'
import type { PoolRunConfig } from './pool-run.js'
import { resolvePrecision } from './precision-option.js'
import { readPricedOn } from './priced-on.js'
import {
  dataOption,
  type TuningOptions,
  trainingOptions,
  tunedConfig,
  tuningCommand,
} from './tuning-command.js'

interface Options extends TuningOptions {
  readonly on?: string
  readonly order: PoolOrder
  readonly rounds?: number
  readonly groupSize?: number
  readonly maxDrop?: number
  readonly minSpeedup?: number
  readonly images: number
}

/** `tandem pool`: faster networks out of a trained one, one for each round of virtual pooling. */
export function register(program: Command): void {
  const command = program
    .command('pool')
    .description('make a trained model faster, round by round: fewer pixels of chosen convolutions (ViP)')
    .argument('<model>', 'an ONNX file')
    .option(...dataOption)
    .option(
      '--on <cost>',
      'what is to be saved: latency on accelerator:FILE or host (measured here); by default MACs',
    )
    .option(
      '--max-drop <points>',
      'points of accuracy on held-out images that may be lost; rounds end when more are',
      points,
    )
    .option('--min-speedup <x>', 'times as fast by --on; rounds end when that is reached', positiveNumber)
    .option(
      '--rounds <n>',
      'at most; of about equal gains where --group-size is left out (4)',
      positiveInteger,
    )
    .option('--group-size <n>', 'convolutions that a round adds', positiveInteger)
    .addOption(
      new Option(
        '--order <by>',
        'what goes first: rise of the cross-entropy, or error of the output, pooled alone, each per what is saved',
      )
        .choices(['sensitivity', 'error', 'random'])
        .default('sensitivity'),
    )
    .option('--explain', 'print what each convolution would save, and with --data lose, and do nothing')
    .option('--images <n>', 'held-out images that convolutions are judged on', positiveInteger, 500)
  trainingOptions(command, 'of training after each round; 0 for none (5)')
  tuningCommand<Options>(command, { explain, start })
}

const points = takes({ type: 'number', minimum: 0, below: 100 }, (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value < 100) return value
  throw new InvalidArgumentError('Expected points from 0 to 100.')
})

async function explain(model: InputModel, options: Options): Promise<void> {
  const { explainPooling } = await import('./pool-explain.js')
  const { data, images, seed, json } = options
  const normalization = normalizationOf(options)
  await explainPooling(model, {
    ...(await readPricedOn(options.on, 'pooling')),
    ...{ data, normalization, images, seed, json },
  })
}

/** Checks everything, cheap things first, makes the run folder, and pools. */
async function start(model: InputModel, options: Options, say: (line: string) => void): Promise<void> {
  const { checkRunFree, createRun } = await import('../runs/index.js')
  const config = await configOf(model, options)
  if (options.run !== undefined) checkRunFree(options.run)
  const { loadPoolData, runPool } = await import('./pool-run.js')
  const dataset = await loadPoolData(model, config, options.seed)
  const { training } = config
  const trained = training.epochs > 0 && {
    precision: await resolvePrecision(options.precision, {
      ...{ network: model.network, batchSize: training.batchSize, say },
    }),
  }
  const resolved = { ...config, training: { ...training, ...trained } }
  const run = createRun({
    ...{ name: options.run, command: 'pool', config: resolved, seed: options.seed },
    inputs: dataInput(config.data, dataset),
  })
  await runPool(run, { model, config: resolved, dataset }, options)
}

/** Continues a pooling in its run folder. */
export async function resume(run: Run, options: ResumeOptions): Promise<void> {
  const { readSameModel } = await import('./input-model.js')
  const { loadPoolData, runPool } = await import('./pool-run.js')
  const { checkInputs } = await import('../runs/index.js')
  const config = run.config as PoolRunConfig
  const model = readSameModel(config.model)
  const dataset = await loadPoolData(model, config, run.seed)
  checkInputs(run, dataInput(config.data, dataset))
  await runPool(run, { model, config, dataset }, options)
}

/** Everything that the options leave open, filled in. Throws InputError where they contradict, NetworkError for the model. */
async function configOf(model: InputModel, options: Options): Promise<PoolRunConfig> {
  const { POOL_TUNING, somePoolable } = await import('../pool/plan-index.js')
  const { data, order, rounds, groupSize, maxDrop, minSpeedup, images } = options
  somePoolable(model.network)
  if (data === undefined)
    throw new InputError(
      '--data is needed: held-out images tell which convolutions can be pooled; or --explain',
    )
  if (minSpeedup !== undefined && options.on === undefined)
    throw new InputError(
      `--min-speedup ${minSpeedup}: name what is to be faster with --on accelerator:FILE or host`,
    )
  if (minSpeedup !== undefined && minSpeedup <= 1)
    throw new InputError(`--min-speedup ${minSpeedup}: the model is that fast; give a number above 1`)
  return {
    ...tunedConfig(model, options, POOL_TUNING),
    data,
    ...(await readPricedOn(options.on, 'pooling')),
    order,
    ...(rounds !== undefined && { rounds }),
    ...(groupSize !== undefined && { groupSize }),
    ...(maxDrop !== undefined && { maxDrop }),
    ...(minSpeedup !== undefined && { minSpeedup }),
    images,
  }
}
