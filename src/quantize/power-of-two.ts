import { type Tensor, tf } from '../engine/index.js'
import { EXPONENT_BITS } from './exponent-bits.js'

/** How many exponents a term tells apart. */
const EXPONENTS = 2 ** EXPONENT_BITS

/** Doublings that reach any of the exponents from the lowest, and any from 2⁻⁶³ to 2⁶⁴. */
const FEW: readonly number[] = [4, 2, 1]
const MANY: readonly number[] = [64, 32, 16, 8, 4, 2, 1]

/** A filter's largest weight below this many times 2ᵉ needs no exponent above e, whether it has one term or two. */
const TOP = 1 + 2 ** -1.5

/**
 * The largest power of two that is not above x, from `lowest` (a power itself) up to 2^(Σ doublings) times that. Only
 * comparisons and products by powers of two, which are exact: eager, compiled and on any machine the bits are the same.
 * A logarithm has not that property.
 */
export function powerBelow(x: Tensor, lowest: Tensor | number, doublings: readonly number[]): Tensor {
  let power: Tensor = typeof lowest === 'number' ? tf.scalar(lowest) : lowest
  for (const doubling of doublings) {
    const reached = tf.cast(tf.greaterEqual(x, tf.mul(power, 2 ** doubling)), 'float32')
    power = tf.mul(power, tf.add(tf.mul(reached, 2 ** doubling - 1), 1))
  }
  return power
}

/** The largest power of two that is not above x, between 2⁻⁶³ and 2⁶⁴. */
export const anyPowerBelow = (x: Tensor): Tensor => powerBelow(x, 2 ** -63, MANY)

/**
 * The power of two that is a kernel's highest term, scalar: the smallest 2ᵉ with max|w| < (1 + 2⁻¹·⁵)·2ᵉ. With that border
 * the highest term of a kernel that is already a sum of one or two powers is never above the one that made it.
 */
export const topPower = (kernel: Tensor): Tensor =>
  tf.mul(anyPowerBelow(tf.mul(tf.max(tf.abs(kernel)), 1 / TOP)), 2)

/**
 * R(x) = sign(x)·2^round(log₂|x|), R(0) = 0, with exponents from that of `top` down to 7 below. What is smaller becomes the
 * smallest power (there is no code for 0), or with `drop` nothing: a remainder that small is better left out.
 */
export function roundToPower(x: Tensor, top: Tensor, { drop = false } = {}): Tensor {
  const lowest = tf.mul(top, 2 ** (1 - EXPONENTS)) as Tensor
  const size = tf.mul(tf.abs(x), Math.SQRT2) as Tensor
  const power = tf.mul(powerBelow(size, lowest, FEW), tf.sign(x)) as Tensor
  return drop ? tf.mul(power, tf.cast(tf.greaterEqual(size, lowest), 'float32')) : power
}
