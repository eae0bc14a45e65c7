import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { FamilyConfig, RetrainPlan, SupernetSource } from '../codesign/index.js'
import { InputError } from '../errors.js'
import { sha256 } from '../sha256.js'
import { positiveInteger, positiveNumber, wholeNumber } from './number-options.js'

/** What can be asked where accuracies come from a supernet. */
export interface SupernetOptions {
  readonly data?: string
  readonly images?: number
  readonly tuneSteps?: number
  readonly tuneBatch?: number
  readonly retrain?: number
  readonly retrainFrom?: RetrainPlan['from']
  readonly trainEpochs?: number
  readonly trainBatch?: number
  readonly learningRate?: number
}

export const supernetOptions = (command: Command): Command =>
  command
    .option(
      '--data <data>',
      'for a supernet: cifar10:DIR, cifar100:DIR, idx:DIR, folder:DIR or cifar10-sample',
    )
    .option('--images <n>', 'held-out images that an accuracy is of (1000)', positiveInteger)
    .option(
      '--tune-steps <n>',
      'train the shared weights for so many steps with the roundings of each PE type first (0)',
      wholeNumber,
    )
    .option('--tune-batch <n>', 'images of such a step (128)', positiveInteger)
    .option(
      '--retrain <n>',
      'train n designs, spread over the front, and export them as ONNX (0)',
      wholeNumber,
    )
    .addOption(
      new Option(
        '--retrain-from <weights>',
        'from the weights that the supernet gives, or from new ones',
      ).choices(['inherited', 'scratch']),
    )
    .option('--train-epochs <n>', 'of each (10; 30 from scratch)', positiveInteger)
    .option('--train-batch <n>', 'images a step (128)', positiveInteger)
    .option('--learning-rate <x>', 'of training them, at first', positiveNumber)

/** Options that mean nothing where accuracies are in a table, as they are written. */
const OWN = {
  data: '--data',
  images: '--images',
  tuneSteps: '--tune-steps',
  tuneBatch: '--tune-batch',
  retrain: '--retrain',
  retrainFrom: '--retrain-from',
  trainEpochs: '--train-epochs',
  trainBatch: '--train-batch',
  learningRate: '--learning-rate',
} as const satisfies Record<keyof SupernetOptions, string>

/** Throws InputError for an option that only a supernet has a use for. */
export function refuseSupernetOptions(options: SupernetOptions): void {
  for (const [key, flag] of Object.entries(OWN))
    if (options[key as keyof SupernetOptions])
      throw new InputError(`${flag} is for accuracies from a supernet: --accuracy supernet:RUN`)
}

/** Options that train nothing without this one. */
const OF_TRAINING = ['retrainFrom', 'trainEpochs', 'trainBatch', 'learningRate'] as const

/** What is trained of the front. Throws InputError for settings of a training that is not asked for. */
export function retrainPlan(options: SupernetOptions): RetrainPlan | undefined {
  const { retrain = 0, retrainFrom = 'inherited', trainEpochs, trainBatch, learningRate } = options
  if (retrain === 0) {
    const idle = OF_TRAINING.find(key => options[key] !== undefined)
    if (idle !== undefined) throw new InputError(`${OWN[idle]} is for designs that are trained: --retrain N`)
    return undefined
  }
  return {
    members: retrain,
    from: retrainFrom,
    training: {
      ...(trainEpochs !== undefined && { epochs: trainEpochs }),
      ...(trainBatch !== undefined && { batchSize: trainBatch }),
      ...(learningRate !== undefined && { learningRate }),
    },
  }
}

/**
 * The supernet that `supernet:NAMED` stands for: a run of a one-shot search, its folder or its file. Throws InputError where it
 * is of another space, is none, or held no images out, and where no data are given.
 */
export async function readSupernetSource(
  named: string,
  options: SupernetOptions,
  family: FamilyConfig,
): Promise<SupernetSource> {
  const { data, images, tuneSteps = 0, tuneBatch } = options
  if (family.kind !== 'blocks')
    throw new InputError(
      `--accuracy supernet:${named}: a supernet is of a search space, and ${family.kind} has none; give --accuracy table:FILE`,
    )
  if (data === undefined)
    throw new InputError(
      `--accuracy supernet:${named}: --data is needed, the images that its search was given`,
    )
  if (tuneBatch !== undefined && tuneSteps === 0)
    throw new InputError('--tune-batch is for weights that are tuned: --tune-steps N')
  const { SUPERNET_SOURCE, TUNE_PLAN } = await import('../codesign/index.js')
  const { supernetFile } = await import('./one-shot-options.js')
  const file = resolve(await supernetFile(named, `--accuracy supernet:${named}`))
  const bytes = readFileSync(file)
  const { readSupernet } = await import('../search/index.js')
  const { heldOut, seed } = readSupernet(bytes, family.space, file)
  if (!(heldOut > 0))
    throw new InputError(
      `${file}: no images were held out of its training, so none is left to judge networks on; train one that holds some out`,
    )
  return {
    ...{ kind: 'supernet', file, sha256: sha256(bytes), data, heldOut, seed },
    ...SUPERNET_SOURCE,
    ...(images !== undefined && { images }),
    ...(tuneSteps > 0 && {
      tune: { ...TUNE_PLAN, steps: tuneSteps, ...(tuneBatch && { batchSize: tuneBatch }) },
    }),
  }
}
