import { indicator, type Tensor, tf } from '../../engine/index.js'
import { filterNorms } from '../per-filter.js'
import { roundToPower, topPower } from '../power-of-two.js'
import type { Decision, QuantizedKernel, Scheme } from '../scheme.js'
import { constant, straightThrough } from '../straight-through.js'
import { termsOf } from '../terms-of.js'
import { TERM_BITS } from './lightnn.js'

/** Terms that a filter has at most. */
export const MOST_TERMS = 2

/** Of the sigmoid that stands in for a gate in the gradient. */
const TEMPERATURE = 1

/**
 * FLightNN (Ding et al. 2019): every filter has as many terms as it needs. r₀ = w, rⱼ₊₁ = rⱼ − R(rⱼ), gⱼ = 1(‖rⱼ‖₂ > tⱼ),
 * Q(w) = Σⱼ g₀⋯gⱼ·R(rⱼ). Forward the gates are hard, backward they are sigmoid(‖rⱼ‖₂ − tⱼ). R is straight-through in the
 * first term, so that the kernel's gradient is that of one kernel; in what is left it is constant, so that ∂rⱼ/∂w = 1 in
 * norms, by which the regulariser draws weights to powers of two.
 */
export const flightnnScheme: Scheme = {
  name: 'flightnn',
  peType: 'lightpe-1',
  ...{ activationBits: 8, weightBits: TERM_BITS * MOST_TERMS, steps: 'power-of-two', firstLast: 'quantized' },
  terms: MOST_TERMS,
  decides: true,
  quantize,
  bits: kernel =>
    termsOf(kernel).reduce((sum, terms) => sum + TERM_BITS * terms, 0) *
    (kernel.data.length / kernel.shape.at(-1)!),
}

function quantize(kernel: Tensor, decision?: Decision): QuantizedKernel {
  const top = constant(kernel, topPower)
  const gates: Tensor[] = []
  const norms: Tensor[] = []
  const margins: Tensor[] = []
  let value = tf.zerosLike(kernel) as Tensor
  let rest = kernel
  for (let term = 0; term < MOST_TERMS; term++) {
    const rounded = constant(rest, rest => roundToPower(rest, top, { drop: term > 0 }))
    const norm = filterNorms(rest)
    const margin = decision ? tf.sub(norm, at(decision.thresholds, term)) : norm
    const gate = chosen(margin, term, decision)
    const open = term === 0 ? gate : tf.mul(gates[term - 1]!, gate)
    const part = term === 0 ? straightThrough(kernel, kernel => roundToPower(kernel, top)) : rounded
    value = tf.add(value, tf.mul(part, open))
    rest = tf.sub(rest, rounded)
    gates.push(open)
    norms.push(norm)
    margins.push(margin)
  }
  return { value, terms: { gates, norms, margins } }
}

/** 1(margin > 0), or what has been decided. */
function chosen(margin: Tensor, term: number, decision: Decision | undefined): Tensor {
  const open = tf.sub(1, indicator(tf.neg(margin), TEMPERATURE)) as Tensor
  if (!decision) return open
  const { mask, decided } = decision
  const given = tf.reshape(tf.slice(mask, [term, 0], [1, mask.shape[1]!]), [-1])
  return tf.add(tf.mul(open, tf.sub(1, decided)), tf.mul(given, decided))
}

/** One value of a vector, scalar. */
const at = (vector: Tensor, index: number): Tensor => tf.reshape(tf.slice(vector, [index], [1]), [])
