import type { PeDesign } from '../pe-design.js'

/** The knobs of a processing element that are numbers, in the order of the first features. */
export const KNOBS = Object.freeze([
  'activationBits',
  'weightBits',
  'psumBits',
  'ifmapWords',
  'filterWords',
  'psumWords',
] as const)
export type Knob = (typeof KNOBS)[number]

/**
 * What polynomials are over: the knobs themselves; the bits that each scratchpad holds (words × width: flip-flops,
 * clock pins, multiplexers); log₂ of the words (depth of the read multiplexer); address bits (⌈log₂ words⌉:
 * counters and decoders, which jump where words pass a power of two).
 */
export const FEATURES = Object.freeze([
  ...KNOBS,
  'ifmapBits',
  'filterBits',
  'psumPadBits',
  'ifmapDepth',
  'filterDepth',
  'psumDepth',
  'ifmapAddressBits',
  'filterAddressBits',
  'psumAddressBits',
] as const)
export type Feature = (typeof FEATURES)[number]

const WIDTHS = ['activationBits', 'weightBits', 'psumBits'] as const
const STORAGE = [...WIDTHS, 'ifmapBits', 'filterBits', 'psumPadBits'] as const
const DEPTH = ['ifmapDepth', 'filterDepth', 'psumDepth'] as const
const ADDRESS = ['ifmapAddressBits', 'filterAddressBits', 'psumAddressBits'] as const

/**
 * The sets that cross-validation chooses from. Products, such as the multiplier's activation × weight bits, come
 * with the second degree.
 */
export const FEATURE_SETS = Object.freeze({
  knobs: KNOBS,
  storage: STORAGE,
  depth: [...WIDTHS, ...DEPTH],
  'storage and depth': [...STORAGE, ...DEPTH],
  'storage and address': [...STORAGE, ...ADDRESS],
} as const satisfies Record<string, readonly Feature[]>)
export type FeatureSet = keyof typeof FEATURE_SETS

/** Writes the features of a design, in the order of FEATURES, over `out`. */
export function writeFeatures(design: PeDesign, out: Float64Array): void {
  const { activationBits, weightBits, psumBits, ifmapWords, filterWords, psumWords } = design
  out[0] = activationBits
  out[1] = weightBits
  out[2] = psumBits
  out[3] = ifmapWords
  out[4] = filterWords
  out[5] = psumWords
  out[6] = ifmapWords * activationBits
  out[7] = filterWords * weightBits
  out[8] = psumWords * psumBits
  out[9] = depth(ifmapWords)
  out[10] = depth(filterWords)
  out[11] = depth(psumWords)
  out[12] = addressBits(ifmapWords)
  out[13] = addressBits(filterWords)
  out[14] = addressBits(psumWords)
}

export function featuresOf(design: PeDesign): Float64Array {
  const out = new Float64Array(FEATURES.length)
  writeFeatures(design, out)
  return out
}

const depth = (words: number): number => (words > 1 ? Math.log2(words) : 0)
const addressBits = (words: number): number => (words > 1 ? 32 - Math.clz32(words - 1) : 0)
