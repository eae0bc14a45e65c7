import { type Tensor, tf } from '../../engine/index.js'
import { type Block, type Space, searchable } from '../space/space.js'
import type { BlockMargins } from './decide.js'

/** One thing that a search decides. */
export interface Decision {
  readonly block: string
  /** What there is while it is open: a kernel (`5x5`), an expansion (`e6`), the block itself (`block`), or `se`. */
  readonly part: string
}

/** The norms of a search against the thresholds, before one of its steps; in the order of `decisionsOf`. */
export interface DecisionSample {
  /** Steps taken until then. */
  readonly step: number
  /** ‖·‖ / reference. */
  readonly norms: readonly number[]
  readonly thresholds: readonly number[]
}

/** A decision that changed its mind. */
export interface DecisionChange {
  /** Steps taken until then. */
  readonly step: number
  /** Place in `decisionsOf`. */
  readonly decision: number
  readonly open: boolean
}

/** Everything that a search of the space decides, block by block: kernels, expansions, squeeze-and-excitation. */
export const decisionsOf = (space: Space): readonly Decision[] =>
  searchable(space).flatMap(block => {
    const { name, kernels, expansions, canSkip, canSqueeze } = block
    const parts = [
      ...kernels.slice(1).map(kernel => `${kernel}x${kernel}`),
      ...(canSkip ? ['block'] : []),
      ...expansions.slice(1).map(expansion => `e${expansion}`),
      ...(canSqueeze ? ['se'] : []),
    ]
    return parts.map(part => ({ block: name, part }))
  })

/** One number a decision of every block, e.g. its margin, as one list in the order of `decisionsOf`. */
export const listed = (space: Space, blocks: readonly BlockMargins[]): readonly number[] =>
  searchable(space).flatMap((block, b) => {
    const { kernel, expansion, squeeze } = blocks[b]!
    return [...kernel, ...expansion.slice(firstOf(block)), ...(block.canSqueeze ? [squeeze!] : [])]
  })

/** The same on tensors: [decisions]. */
export const listedTensor = (
  space: Space,
  blocks: readonly { readonly kernel: Tensor; readonly expansion: Tensor; readonly squeeze?: Tensor }[],
): Tensor =>
  tf.concat(
    searchable(space).flatMap((block, b) => {
      const { kernel, expansion, squeeze } = blocks[b]!
      const first = firstOf(block)
      return [
        ...(block.kernels.length > 1 ? [kernel] : []),
        ...(block.expansions.length > first ? [first > 0 ? tf.slice(expansion, [first]) : expansion] : []),
        ...(block.canSqueeze ? [squeeze!] : []),
      ]
    }) as never,
  )

/** The first expansion's threshold says whether the block is there, which only some may leave open. */
const firstOf = ({ canSkip }: Block) => (canSkip ? 0 : 1)

/** The decisions that turned round between two lists of margins. */
export const changesBetween = (
  before: readonly number[],
  margins: readonly number[],
  step: number,
): readonly DecisionChange[] =>
  margins.flatMap((margin, decision) => {
    const open = margin >= 0
    return open === before[decision]! >= 0 ? [] : [{ step, decision, open }]
  })

/** Samples in an epoch. */
const SAMPLES = 10

/** Whether a sample is taken before a step of an epoch: ten times an epoch, evenly. */
export const isSampled = (step: number, stepsPerEpoch: number): boolean => {
  const at = step % stepsPerEpoch
  const slot = (i: number) => Math.floor((i * SAMPLES) / stepsPerEpoch)
  return at === 0 || slot(at) !== slot(at - 1)
}

/** Margins and thresholds as a sample. */
export const sampleOf = (
  step: number,
  { margins, thresholds }: { readonly margins: readonly number[]; readonly thresholds: readonly number[] },
): DecisionSample => ({
  step,
  norms: margins.map((margin, i) => margin + thresholds[i]!),
  thresholds,
})
