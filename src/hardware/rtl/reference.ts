import type { PeDesign } from '../pe-design.js'
import { addFloat32, multiplyFloat32 } from './float32.js'
import { MULTIPLY_KIND } from './pe-parameters.js'

/** Two's complement: the signed value of a pattern of `bits` bits. */
const signed = (pattern: number, bits: number): number =>
  pattern >= 2 ** (bits - 1) ? pattern - 2 ** bits : pattern

const wrapped = (value: number, bits: number): number => ((value % 2 ** bits) + 2 ** bits) % 2 ** bits

/** A power of two: sign, then exponent. */
const power = (pattern: number, bits: number): number => {
  const exponent = 2 ** (pattern % 2 ** (bits - 1))
  return pattern >= 2 ** (bits - 1) ? -exponent : exponent
}

/**
 * One multiply-accumulate as the RTL does it, on bit patterns: psum + activation × weight. Integers wrap at the
 * psum's width; an integer product wider than the psum loses its low bits first (rounding down).
 */
export function multiplyAccumulate(
  design: PeDesign,
  psum: number,
  activation: number,
  weight: number,
): number {
  const { type, activationBits, weightBits, psumBits } = design
  const kind = MULTIPLY_KIND[type]
  if (kind === 3) return addFloat32(psum, multiplyFloat32(activation, weight))
  const a = signed(activation, activationBits)
  const half = weightBits / 2
  const w =
    kind === 0
      ? signed(weight, weightBits)
      : kind === 1
        ? power(weight, weightBits)
        : power(Math.floor(weight / 2 ** half), half) + power(weight % 2 ** half, half)
  const dropped = kind === 0 ? Math.max(0, activationBits + weightBits - psumBits) : 0
  return wrapped(psum + Math.floor((a * w) / 2 ** dropped), psumBits)
}

/** A psum passed on: what the neighbour sends plus one's own. */
export const addPsums = ({ type, psumBits }: PeDesign, own: number, other: number): number =>
  MULTIPLY_KIND[type] === 3 ? addFloat32(own, other) : wrapped(own + other, psumBits)
