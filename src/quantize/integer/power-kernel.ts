import { EXPONENT_BITS } from '../exponent-bits.js'

/** Shifts that a code tells apart. */
const SHIFTS = 2 ** EXPONENT_BITS

/** The bit of a code that makes its term negative; those below it are the shift. */
export const NEGATIVE = SHIFTS

/** The largest sum of two terms in units of the smallest power. */
const LARGEST = 2 ** SHIFTS

/** w = Σ ±2^(exponent + shift), as many terms as the filter has: 0, 1 or 2. */
export interface PowerKernel {
  readonly kind: 'powers'
  readonly shape: readonly number[]
  /** Of the layer's smallest power. */
  readonly exponent: number
  /** Terms of a weight, by filter: [filters]. */
  readonly terms: Uint8Array
  /** Of 4 bits, sign and shift, a weight's terms side by side. */
  readonly codes: Uint8Array
}

/**
 * Sums of powers of two as codes, filter after filter, with no more terms a filter than its weights need. There is no code for
 * 0 or for a term that is missing, nor need there be: 0 is 2^e − 2^e (−0 is −2^e + 2^e), 2^e is 2^(e − 1) + 2^(e − 1), and the
 * smallest power is the next less itself. Undefined where a weight is no such sum.
 */
export function powerKernel(shape: readonly number[], weights: Float32Array): PowerKernel | undefined {
  const peak = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  if (!Number.isFinite(peak)) return undefined
  const exponent = peak === 0 ? 0 : topExponent(peak) - (SHIFTS - 1)
  const unit = 2 ** -exponent
  const count = shape.at(-1)!
  const size = weights.length / count
  const terms = new Uint8Array(count)
  const codes = new Uint8Array(2 * weights.length)
  let at = 0
  for (let filter = 0; filter < count; filter++) {
    const own = weights.subarray(filter * size, (filter + 1) * size)
    const needed = own.every(weight => Object.is(weight, 0)) ? 0 : own.every(w => isTerm(w * unit)) ? 1 : 2
    terms[filter] = needed
    for (const weight of needed > 0 ? own : []) {
      const whole = weight * unit
      const own = needed === 1 ? [codeOf(whole)] : pairOf(whole)
      if (own === undefined) return undefined
      codes.set(own, at)
      at += needed
    }
  }
  return { kind: 'powers', shape, exponent, terms, codes: codes.slice(0, at) }
}

/** The smallest e with peak < (1 + 2⁻¹·⁵)·2ᵉ, as in `topPower`. */
function topExponent(peak: number): number {
  const reach = 1 + 2 ** -1.5
  let exponent = Math.ceil(Math.log2(peak / reach))
  while (peak >= reach * 2 ** exponent) exponent++
  while (peak < reach * 2 ** (exponent - 1)) exponent--
  return exponent
}

/** What a code stands for, in units of the smallest power. */
export const termOf = (code: number): number => (code & NEGATIVE ? -1 : 1) * 2 ** (code & (SHIFTS - 1))

const CODES = Array.from({ length: 2 * SHIFTS }, (_, code) => code)
const TERMS = new Map(CODES.map(code => [termOf(code), code]))
/** Two codes by their sum; of several the first, with the greater shift first. */
const PAIRS = new Map<number, readonly [number, number]>()
for (const first of CODES)
  for (const second of CODES) {
    const sum = termOf(first) + termOf(second)
    if ((first & (SHIFTS - 1)) >= (second & (SHIFTS - 1)) && !PAIRS.has(sum)) PAIRS.set(sum, [first, second])
  }
const MINUS_ZERO = [NEGATIVE, 0] as const

const isTerm = (whole: number): boolean => TERMS.has(whole) && whole !== 0
const codeOf = (whole: number): number => TERMS.get(whole)!
const pairOf = (whole: number): readonly [number, number] | undefined =>
  Math.abs(whole) > LARGEST ? undefined : Object.is(whole, -0) ? MINUS_ZERO : PAIRS.get(whole)

/** The weights, filter after filter. */
export function powerValues({ shape, exponent, terms, codes }: PowerKernel): Float32Array {
  const size = shape.slice(0, -1).reduce((product, length) => product * length, 1)
  const weights = new Float32Array(size * terms.length)
  let at = 0
  for (const [filter, count] of terms.entries())
    for (let i = 0; i < size && count > 0; i++) {
      const [first, second] = [codes[at]!, codes[at + 1]!]
      const whole = count === 1 ? termOf(first) : termOf(first) + termOf(second)
      const value = whole === 0 && first === NEGATIVE ? -0 : whole * 2 ** exponent
      weights[filter * size + i] = value
      at += count
    }
  return weights
}
