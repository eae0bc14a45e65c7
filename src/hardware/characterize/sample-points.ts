import { random } from '../../random.js'
import { PE_WIDTHS } from '../accelerator.js'
import { PE_TYPES, type PeDesign, type PeType, type ScratchpadPlace } from '../pe-design.js'

type Range = readonly [least: number, most: number]

interface Words {
  readonly ifmap: Range
  readonly filter: Range
  readonly psum: Range
}

/**
 * Words that are sampled. Inside, flip-flops set the time a point takes: FP32's filters stop earlier. Outside, words
 * count by their address bits alone, and range as far as memories do.
 */
export const sampledWords = (type: PeType, place: ScratchpadPlace): Words =>
  place === 'inside'
    ? { ifmap: [4, 32], filter: [16, type === 'fp32' ? 256 : 512], psum: [4, 32] }
    : { ifmap: [4, 512], filter: [16, 4096], psum: [4, 512] }

/** Of five points of a type, how many have their scratchpads inside: they depend on more and vary more. */
const INSIDE_OF_FIVE = 3

/**
 * Designs to characterize: the types in turn, three of five with scratchpads inside. Within each type and place a
 * Latin hypercube: words on a logarithmic scale, psum widths over the type's range; the first two designs are the
 * smallest and the largest, so that models never extrapolate within the ranges. No design stands twice (there may
 * be fewer than `n` where a type has fewer). Equal seeds give equal designs.
 */
export function samplePoints(n: number, seed: number): readonly PeDesign[] {
  const groups = PE_TYPES.map((type, t) => {
    const count = Math.floor(n / PE_TYPES.length) + (t < n % PE_TYPES.length ? 1 : 0)
    const inside = Math.ceil((count * INSIDE_OF_FIVE) / 5)
    const places = [hypercube(type, 'inside', inside, seed), hypercube(type, 'outside', count - inside, seed)]
    return interleaved(places[0]!, places[1]!)
  })
  const longest = Math.max(...groups.map(group => group.length))
  const turns = Array.from({ length: longest }, (_, i) => groups.flatMap(group => group[i] ?? []))
  return Object.freeze(turns.flat())
}

function hypercube(type: PeType, place: ScratchpadPlace, count: number, seed: number): PeDesign[] {
  const { activationBits, weightBits, psumRange } = PE_WIDTHS[type]
  const words = sampledWords(type, place)
  const at = (u: readonly number[]): PeDesign => {
    const [ifmap, filter, psum, bits] = u as [number, number, number, number]
    const ifmapWords = logarithmic(words.ifmap, ifmap)
    return Object.freeze({
      type,
      activationBits,
      weightBits,
      psumBits: psumRange[0] + Math.round(bits * (psumRange[1] - psumRange[0])),
      ifmapWords,
      // A window's weights for one filter at least.
      filterWords: Math.max(ifmapWords, logarithmic(words.filter, filter)),
      psumWords: logarithmic(words.psum, psum),
      scratchpads: place,
    })
  }
  const found = new Map<string, PeDesign>()
  const add = (design: PeDesign) => {
    if (found.size < count) found.set(JSON.stringify(design), design)
  }
  add(at([0, 0, 0, 0]))
  add(at([1, 1, 1, 1]))
  for (let round = 0; found.size < count && round < 20; round++) {
    const stream = random(seed, 'points', type, place, round)
    const cells = Array.from({ length: 4 }, () => stream.permutation(count))
    for (let i = 0; i < count; i++) add(at(cells.map(cell => (cell[i]! + stream.uniform()) / count)))
  }
  return [...found.values()]
}

const logarithmic = ([least, most]: Range, u: number): number => Math.round(least * (most / least) ** u)

/** Two lists merged in proportion to their lengths. */
function interleaved<T>(a: readonly T[], b: readonly T[]): T[] {
  const place = (list: readonly T[]) => list.map((item, i) => [(i + 0.5) / list.length, item] as const)
  return [...place(a), ...place(b)].sort(([x], [y]) => x - y).map(([, item]) => item)
}
