/** The choice that leaves a block out. It costs nothing in every table. */
export const SKIP = 'skip'

/** Name of the choice "k×k depthwise kernel, expansion e": `5x5-e6`, with squeeze-and-excitation `5x5-e6-se`. */
export const choiceName = (kernel: number, expansion: number, squeeze = false): string =>
  `${kernel}x${kernel}-e${expansion}${squeeze ? '-se' : ''}`

/** What a device table has to know of a search space: its blocks in order and what each may become. */
export interface PricedSpace {
  readonly name: string
  readonly blocks: readonly PricedBlock[]
}

export interface PricedBlock {
  readonly name: string
  readonly searchable: boolean
  readonly canSkip: boolean
  /** Whether it may have squeeze-and-excitation. */
  readonly canSqueeze: boolean
  /** Ascending. */
  readonly kernels: readonly number[]
  /** Ascending. */
  readonly expansions: readonly number[]
}

/**
 * Every choice of a block that has a price: kernels outermost, ascending; then the same with squeeze-and-excitation
 * where it may be; `skip` excluded.
 */
export const pricedChoices = ({
  kernels,
  expansions,
  canSqueeze,
}: Pick<PricedBlock, 'kernels' | 'expansions' | 'canSqueeze'>): string[] =>
  (canSqueeze ? [false, true] : [false]).flatMap(squeeze =>
    kernels.flatMap(kernel => expansions.map(expansion => choiceName(kernel, expansion, squeeze))),
  )
