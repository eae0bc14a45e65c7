import type { Tensor } from '../engine/index.js'
import type { PeType } from '../hardware/index.js'
import type { Weight } from '../network/index.js'

/** Ways to make a network small in bits. */
export const SCHEMES = [
  'int16',
  'int8',
  'int8x4',
  'lightnn-1',
  'lightnn-2',
  'flightnn',
  'binary',
  'binary-scaled',
] as const
export type SchemeName = (typeof SCHEMES)[number]

/** What decides a filter's terms, for each term in turn: they are counted from the first that is closed. */
export interface Terms {
  /** 1 where a filter has the term, else 0; each a product with those before it: [filters]. */
  readonly gates: readonly Tensor[]
  /** ‖r‖₂ of what is left before the term: [filters]. */
  readonly norms: readonly Tensor[]
  /** Norm − threshold: the term is there where this is above 0. */
  readonly margins: readonly Tensor[]
}

/** A kernel as a scheme has it. */
export interface QuantizedKernel {
  /** On the scheme's grid, with a gradient in the kernel (straight-through) and in the thresholds. */
  readonly value: Tensor
  /** Only where the number of terms is a filter's own. */
  readonly terms?: Terms
}

/** What a kernel is quantized by besides its values, where terms are a filter's own. */
export interface Decision {
  /** t of every term: [terms]. */
  readonly thresholds: Tensor
  /** Terms that are decided, in place of the thresholds where `decided` is 1: [terms, filters], and a scalar. */
  readonly mask: Tensor
  readonly decided: Tensor
}

/** One way to keep weights and feature maps in few bits. Filters are the last axis of a kernel. */
export interface Scheme {
  readonly name: SchemeName
  /** The processing element that computes with it; none of those characterized multiplies signs. */
  readonly peType?: PeType
  /** Of feature maps that quantized layers read; 1: signs. */
  readonly activationBits: 1 | 8 | 16
  /** Of a weight, at most. */
  readonly weightBits: number
  /** Whether steps of feature maps are powers of two (fixed point) or any number. */
  readonly steps: 'power-of-two' | 'any'
  /** Whether first and last layers are quantized unless something else is asked for. */
  readonly firstLast: FirstLast
  /** Terms of a weight, where it is a sum of powers of two. */
  readonly terms?: number
  /** Whether each filter decides how many of them it has. */
  readonly decides?: boolean
  /** Latent weights are kept between −1 and 1. */
  readonly clips?: boolean
  /** A kernel on the scheme's grid. Without a decision, where one could be, all terms are there. */
  quantize(kernel: Tensor, decision?: Decision): QuantizedKernel
  /** Bits that a kernel on the grid takes, without its scales. */
  bits(kernel: Weight): number
}

/** The first and the last convolution or dense layer: with the others, or as they are. */
export type FirstLast = 'quantized' | 'float'
