import type { Network } from '../../network/index.js'
import { decode } from '../space/decode.js'
import type { Space } from '../space/space.js'
import { largest } from '../space/space-architectures.js'
import { multiPathNetwork } from './multi-path-network.js'

/**
 * What a supernet is: the largest network with superkernels, cut by thresholds (`single-path`); or every choice a
 * candidate with weights of its own, mixed by a softmax of logits (`softmax`) or by one with noise (`gumbel`).
 */
export const FORMULATIONS = ['single-path', 'softmax', 'gumbel'] as const

export type FormulationName = (typeof FORMULATIONS)[number]

/** The network that a search step trains, without weights: what its memory is estimated of. */
export const supernetNetwork = (space: Space, formulation: FormulationName = 'single-path'): Network =>
  formulation === 'single-path' ? decode(space, largest(space)) : multiPathNetwork(space).network
