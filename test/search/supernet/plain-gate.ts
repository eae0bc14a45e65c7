import { random } from '../../../src/random.js'
import type { Block } from '../../../src/search/space/space.js'

/** A value for each of a block's decisions. */
export interface Decisions {
  readonly kernel: readonly number[]
  readonly expansion: readonly number[]
}

/** What decides of a margin: the hard step, or something that has a slope. `at` names the decision. */
export type Decide = (margin: number, at: string) => number

export const step: Decide = margin => (margin >= 0 ? 1 : 0)

/**
 * The gates of a superkernel as the paper writes them, one number at a time. kernel: k × k × C values.
 * Written for reading, and to check the tensors of `gate` against. A shell's decision weighs its energy once, as in
 * `gate`; the norm of w′ to the letter would square it, which for 0 and 1 is the same and only halves a slope.
 */
export function plainGate(
  block: Block,
  kernel: readonly number[],
  thresholds: Decisions,
  {
    reference,
    keep,
    decide = step,
  }: { readonly reference: Decisions; readonly keep?: Decisions; readonly decide?: Decide },
) {
  const size = block.kernels.at(-1)!
  const channels = kernel.length / size ** 2
  const shellOf = (pixel: number) => {
    const middle = (size - 1) / 2
    const distance = Math.max(Math.abs(Math.floor(pixel / size) - middle), Math.abs((pixel % size) - middle))
    return block.kernels.findIndex(k => distance <= (k - 1) / 2)
  }
  const groupOf = (channel: number) =>
    block.expansions.findIndex(e => channel < Math.round(e * block.inFilters))
  const norm = (weigh: (shell: number, group: number) => number) => {
    const squares = kernel.map(
      (w, i) => weigh(shellOf(Math.floor(i / channels)), groupOf(i % channels)) * w * w,
    )
    return Math.sqrt(squares.reduce((a, b) => a + b, 1e-12))
  }
  const products = (factors: readonly number[]) =>
    factors.map((_, i) => factors.slice(0, i + 1).reduce((a, b) => a * b, 1))

  const kernelMargins = block.kernels
    .slice(1)
    .map((_, i) => norm(shell => (shell === i + 1 ? 1 : 0)) / reference.kernel[i]! - thresholds.kernel[i]!)
  const kernelDecisions = kernelMargins.map((margin, i) => decide(margin, `kernel${i}`))
  const open = products([1, ...kernelDecisions])
  const kernelGates = products([1, ...kernelDecisions.map((d, i) => d * (keep?.kernel[i] ?? 1))])

  const expansionMargins = block.expansions.map(
    (_, j) =>
      norm((shell, group) => (group === j ? open[shell]! : 0)) / reference.expansion[j]! -
      thresholds.expansion[j]!,
  )
  const expansionDecisions = expansionMargins.map((margin, j) =>
    j === 0 && !block.canSkip ? 1 : decide(margin, `expansion${j}`) * (keep?.expansion[j] ?? 1),
  )
  const expansionGates = products(expansionDecisions)
  return {
    /** w″ */
    kernel: kernel.map(
      (w, i) => w * kernelGates[shellOf(Math.floor(i / channels))]! * expansionGates[groupOf(i % channels)]!,
    ),
    kernelGates,
    expansionGates,
    margins: { kernel: kernelMargins, expansion: expansionMargins },
  }
}

export const normals = (length: number, seed: number, ...path: string[]): number[] => {
  const stream = random(seed, ...path)
  return Array.from({ length }, () => Math.fround(stream.normal()))
}
