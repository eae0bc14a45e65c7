import type { Command } from 'commander'
import { InputError } from '../errors.js'
import type { OuterPlan } from '../search/index.js'
import { fraction, positiveInteger, wholeNumber } from './number-options.js'

/** Epochs of a sample by default: half of them without constraint. */
const EPOCHS = 4

export interface OuterOptions {
  readonly outer?: number
  readonly outerEpochs?: number
  readonly outerWarmup?: number
  readonly outerStop?: number
  readonly epochs?: number
  readonly warmup?: number
}

/** The options of the outer search. */
export const outerOptions = (command: Command): Command =>
  command
    .option(
      '--outer <n>',
      'search λ, decision dropout and the thresholds’ learning rate by n cheap searches',
      positiveInteger,
    )
    .option('--outer-epochs <n>', `of each of them (default: ${EPOCHS})`, positiveInteger)
    .option('--outer-warmup <n>', 'of these, without constraint (default: half)', wholeNumber)
    .option(
      '--outer-stop <x>',
      'end with the first that meets the bounds and leaves no more than this share of one unused',
      fraction,
    )

/** What the outer search takes, where there is one. */
export interface Outer {
  readonly plan: OuterPlan
  readonly epochs: number
  readonly warmupEpochs: number
}

/** Throws InputError where options do not go together. */
export async function readOuter(options: OuterOptions): Promise<Outer | undefined> {
  const { outer: samples, outerEpochs: epochs = EPOCHS, outerStop: stop } = options
  if (samples === undefined) {
    refuse(options, ['outerEpochs', 'outerWarmup', 'outerStop'], 'needs --outer')
    return undefined
  }
  refuse(
    options,
    ['epochs', 'warmup'],
    'is for a search without --outer; there is an --outer-$ for its samples',
  )
  const warmupEpochs = options.outerWarmup ?? Math.floor(epochs / 2)
  if (warmupEpochs >= epochs) {
    throw new InputError(
      `--outer-warmup ${warmupEpochs} leaves none of the ${epochs} epochs for the constraint`,
    )
  }
  const { OUTER_PLAN } = await import('../search/index.js')
  return { plan: { ...OUTER_PLAN, samples, ...(stop !== undefined && { stop }) }, epochs, warmupEpochs }
}

function refuse(options: OuterOptions, names: readonly (keyof OuterOptions)[], why: string): void {
  const given = names.find(name => options[name] !== undefined)
  if (given === undefined) return
  const flag = given.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  throw new InputError(`--${flag} ${why.replace('$', flag)}`)
}
