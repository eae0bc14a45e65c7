import { InvalidArgumentError, Option } from 'commander'
import type { Dataset } from '../data/index.js'
import { DataError, InputError } from '../errors.js'
import { takes } from './option-value.js'

/** What a model's input is: (pixel / 255 − mean) / std, per channel. */
export interface Normalization {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

export interface NormalizationOptions {
  readonly normalize?: string
  readonly mean?: readonly number[]
  readonly std?: readonly number[]
}

/** Mean and std that models are trained with. `own` is the data's. */
const PRESETS: Readonly<Record<string, Normalization | undefined>> = Object.freeze({
  own: undefined,
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  unit: { mean: [0], std: [1] },
})

/** `--normalize`, `--mean` and `--std`: what the model expects of its input. */
export const normalizationOptions = (): readonly Option[] => [
  new Option(
    '--normalize <name>',
    'what the model was trained with: own (mean and std of the data), imagenet, or unit (0 to 1)',
  ).choices(Object.keys(PRESETS)),
  new Option('--mean <r,g,b>', 'subtracted from pixels of 0 to 1, instead of --normalize').argParser(numbers),
  new Option('--std <r,g,b>', 'what they are then divided by').argParser(numbers),
]

const numbers = takes({ type: 'numbers' }, (text: string): readonly number[] => {
  const values = text.split(',').map(Number)
  if (text.trim() !== '' && values.every(Number.isFinite)) return values
  throw new InvalidArgumentError('Expected numbers with commas between them, one for each channel.')
})

/** What the options come to; undefined for the data's own statistics. Throws InputError where they contradict. */
export function normalizationOf({ normalize, mean, std }: NormalizationOptions): Normalization | undefined {
  if (mean === undefined && std === undefined) return PRESETS[normalize ?? 'own']
  if (mean === undefined || std === undefined)
    throw new InputError('--mean and --std go together: give both, or --normalize')
  if (normalize !== undefined)
    throw new InputError('--normalize says the same as --mean and --std: give one of the two')
  if (mean.length !== std.length)
    throw new InputError('--mean and --std must have as many numbers as each other')
  if (!std.every(value => value > 0)) throw new InputError('--std must be above 0')
  return { mean, std }
}

/** The data as the model expects them. Throws DataError when there are other channels than numbers. */
export function normalized(dataset: Dataset, normalization: Normalization | undefined): Dataset {
  if (normalization === undefined) return dataset
  const channels = dataset.shape[2]
  const [mean, std] = [normalization.mean, normalization.std].map(values =>
    values.length === 1 ? Array.from({ length: channels }, () => values[0]!) : values,
  ) as [readonly number[], readonly number[]]
  if (mean.length !== channels)
    throw new DataError(
      `images of ${dataset.name} have ${channels} channels, and --mean and --std ${mean.length} numbers; give one for each`,
    )
  return Object.freeze({ ...dataset, mean, std })
}
