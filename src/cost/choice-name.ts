/** The choice that leaves a block out. It costs nothing in every table. */
export const SKIP = 'skip'

/** Name of the choice "k×k depthwise kernel, expansion e": `5x5-e6`. */
export const choiceName = (kernel: number, expansion: number): string => `${kernel}x${kernel}-e${expansion}`

/** What a device table has to know of a search space: its blocks in order and what each may become. */
export interface PricedSpace {
  readonly name: string
  readonly blocks: readonly PricedBlock[]
}

export interface PricedBlock {
  readonly name: string
  readonly searchable: boolean
  readonly canSkip: boolean
  /** Ascending. */
  readonly kernels: readonly number[]
  /** Ascending. */
  readonly expansions: readonly number[]
}

/** Every choice of a block that has a price: kernels outermost, ascending; `skip` excluded. */
export const pricedChoices = (block: PricedBlock): string[] =>
  block.kernels.flatMap(kernel => block.expansions.map(expansion => choiceName(kernel, expansion)))
