import type { Command } from 'commander'
import type { TrainingPlan } from '../engine/index.js'
import type { InputModel } from './input-model.js'
import { type LongOptions, longCommand } from './long-command.js'
import {
  type Normalization,
  type NormalizationOptions,
  normalizationOf,
  normalizationOptions,
} from './normalization.js'
import { fraction, positiveInteger, positiveNumber, wholeNumber } from './number-options.js'
import { type PrecisionOption, precisionOption } from './precision-option.js'

/** Options of every command that changes a trained model and tunes what comes of it. */
export interface TuningOptions extends LongOptions, NormalizationOptions {
  readonly data?: string
  readonly explain?: boolean
  readonly epochs?: number
  readonly batch?: number
  readonly learningRate?: number
  readonly share: number
  readonly precision: PrecisionOption
}

export const dataOption = [
  '--data <data>',
  'cifar10:DIR, cifar100:DIR, idx:DIR, folder:DIR or cifar10-sample',
] as const

/** Adds the options of training what is changed; `epochs` says what they are of. */
export const trainingOptions = (command: Command, epochs: string): Command =>
  command
    .option('--epochs <n>', epochs, wholeNumber)
    .option('--batch <n>', 'images a step', positiveInteger)
    .option('--learning-rate <x>', 'of that training, at first', positiveNumber)
    .option('--share <x>', 'share of the training images to train on', fraction, 1)

export interface TuningActions<Options> {
  /** Where `--explain` asks for it: nothing is done. */
  explain(model: InputModel, options: Options): Promise<void>
  start(model: InputModel, options: Options, say: (line: string) => void): Promise<void>
}

/** Adds what every one of these commands has, and reads the model before either action. */
export function tuningCommand<Options extends TuningOptions>(
  command: Command,
  { explain, start }: TuningActions<Options>,
): void {
  for (const option of [...normalizationOptions(), precisionOption()]) command.addOption(option)
  longCommand(command).action(async (file: string, options: Options) => {
    const { readModel } = await import('./input-model.js')
    const say = (line: string) => void (options.quiet || process.stderr.write(`${line}\n`))
    const model = readModel(file, say)
    if (options.explain) await explain(model, options)
    else await start(model, options, say)
  })
}

/** What the run folder keeps of every one of these commands. */
export interface TunedConfig {
  readonly model: Pick<InputModel, 'file' | 'sha256'>
  readonly normalization?: Normalization
  readonly heldOut: number
  readonly share: number
  readonly augment: { readonly crop: number; readonly flip: boolean }
  readonly training: TrainingPlan
}

/** What the options say of the model, its input and its training; `plan` is for what they leave open. */
export function tunedConfig(model: InputModel, options: TuningOptions, plan: TrainingPlan): TunedConfig {
  const { epochs, batch, learningRate, share } = options
  const normalization = normalizationOf(options)
  return {
    model: { file: model.file, sha256: model.sha256 },
    ...(normalization && { normalization }),
    heldOut: 0.1,
    share,
    augment: { crop: 4, flip: true },
    training: {
      ...plan,
      ...(epochs !== undefined && { epochs }),
      ...(batch && { batchSize: batch }),
      ...(learningRate && { learningRate }),
    },
  }
}
