import type { Network } from '../../network/index.js'
import type { PricedSpace } from '../choice-name.js'

/** What the profiler has to know of a search space. */
export interface ProfiledSpace {
  readonly space: PricedSpace
  /** The network of one choice per searchable block. */
  decode(architecture: readonly string[]): Network
  /** One block alone on its input as `choice`; as `skip`, a network that does next to nothing with that input. */
  block(name: string, choice: string): Network
}

/** A network that checks the table; it takes no part in making it. */
export interface ValidationNetwork {
  readonly name: string
  readonly architecture: readonly string[]
}

export interface ProfileOptions extends ProfiledSpace {
  /** What is measured, in words: the processor. */
  readonly device: string
  readonly software?: string
  readonly seed: number
  /** Each round looks at every choice in another random network. */
  readonly rounds: number
  readonly threads?: number
  readonly batch?: number
  readonly validation: readonly ValidationNetwork[]
  /** ms of one network; by default measured with onnxruntime. */
  readonly measure?: (network: Network) => Promise<number>
}
