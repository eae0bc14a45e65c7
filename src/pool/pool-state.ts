import type { Miss } from '../cost/index.js'
import type { Network } from '../network/index.js'
import { prefixed, type Snapshot } from '../runs/index.js'
import { type PackedTuning, packTuning, type Tuning } from '../tuning/index.js'
import type { Gain } from './pricing.js'
import type { Sensitivity } from './sensitivity.js'

/** A convolution that can be pooled, and what the network's price is without and with that. */
export interface LayerGain extends Gain {
  readonly layer: string
}

/** What a bound of a pooling is missed by: `drop` in points of held-out accuracy, `speedup` in times as fast. */
export type PoolMiss = Omit<Miss, 'metric'> & { readonly metric: 'drop' | 'speedup' }

/** A round that is done. */
export interface Round {
  /** What it pooled, besides what the rounds before had. */
  readonly layers: readonly string[]
  /** Of all that is pooled by then. */
  readonly gain: Gain
  /** Accuracy on the held-out images before and after it was trained again. */
  readonly before: number
  readonly heldOut: number
  /** Points of held-out accuracy lost since the network came in. */
  readonly drop: number
  readonly misses: readonly PoolMiss[]
}

/** Where a pooling is, as plain JSON. */
export interface PoolPosition {
  /** Of the network that came in, on the held-out images: known after the first step. */
  readonly heldOut?: number
  /** What pooling all that can be would come to; known after the first step. */
  readonly whole?: Gain
  /** Of every convolution that can be pooled, as far as they are known. */
  readonly gains: readonly LayerGain[]
  /** Cross-entropy and accuracy of the network that came in, on the judged images. */
  readonly base?: { readonly loss: number; readonly accuracy: number }
  /** Of those that save something, as far as they are known; none for orders that need none. */
  readonly sensitivities: readonly Sensitivity[]
  /** Errors relative to outputs, for the order that needs them. */
  readonly errors: readonly { readonly layer: string; readonly error: number }[]
  /** What each round pools; known when all are ordered. */
  readonly groups?: readonly (readonly string[])[]
  /** Of the round in hand. */
  readonly gain?: Gain
  readonly rounds: readonly Round[]
  /** Accuracy on the test images: of the network that came in, then of every round's. */
  readonly tests: readonly number[]
}

export interface PoolState {
  readonly position: PoolPosition
  /** The networks of the rounds that are done, interpolations that nothing reads included. */
  readonly networks: readonly Network[]
  readonly tuning?: Tuning
}

/** A packed state but for its tensors. */
export interface PackedPooling {
  readonly position: PoolPosition
  readonly tuning?: PackedTuning['json']
}

export function packPooling({ position, networks, tuning }: PoolState): Snapshot {
  const packed = tuning && packTuning(tuning)
  const json: PackedPooling = { position, ...(packed && { tuning: packed.json }) }
  const parts = networks.map(({ weights }, i) => prefixed(weights, `round${i}:`))
  return { json, tensors: Object.assign({}, ...parts, prefixed(packed?.tensors ?? {}, 'tuning:')) }
}
