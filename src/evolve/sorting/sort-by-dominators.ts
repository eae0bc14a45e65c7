import { ascendingOrder, equalRows, lexicographicOrder } from './lexicographic-order.js'

/**
 * Non-dominated ranks for any number of objectives. The set of points that dominate a point is a row of bits: in
 * lexicographic order all earlier ones, cut for each further objective by those that are not above it. A point belongs
 * to the first front in which it has no dominator, found by bisection. O(m n² / 64) word operations, n² / 16 bytes.
 */
export function sortByDominators(objectives: Float64Array, width: number): Int32Array {
  const { firsts, placeOf } = distinctPlaces(objectives, width)
  const count = firsts.length
  const { bits, starts } = dominatorsOf(objectives, width, firsts)
  const ranks = new Int32Array(count)
  const fronts: Int32Array[] = []
  for (let place = 0; place < count; place++) {
    let low = 0
    let high = fronts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (intersect(bits, starts[place]!, starts[place + 1]!, fronts[middle]!)) low = middle + 1
      else high = middle
    }
    if (low === fronts.length) fronts.push(new Int32Array(wordsOf(count)))
    fronts[low]![place >> 5]! |= 1 << (place & 31)
    ranks[place] = low
  }
  return placeOf.map(place => ranks[place]!)
}

const wordsOf = (bits: number): number => (bits + 31) >> 5

/** Whether the row of bits from `start` to `end` and a front have one in common; the latest dominators are tried first. */
function intersect(bits: Int32Array, start: number, end: number, front: Int32Array): boolean {
  for (let word = end - start - 1; word >= 0; word--)
    if ((bits[start + word]! & front[word]!) !== 0) return true
  return false
}

/** One index of each set of equal rows, in lexicographic order, and for every index the place of its own set. */
function distinctPlaces(values: Float64Array, width: number) {
  const order = lexicographicOrder(values, width)
  const firsts = new Int32Array(order.length)
  const placeOf = new Int32Array(order.length)
  let count = 0
  for (const index of order) {
    if (count === 0 || !equalRows(values, width, firsts[count - 1]!, index)) firsts[count++] = index
    placeOf[index] = count - 1
  }
  return { firsts: firsts.subarray(0, count), placeOf }
}

/** The bits of the earlier places that dominate each place, at `starts[place]` up to `starts[place + 1]`. */
function dominatorsOf(objectives: Float64Array, width: number, firsts: Int32Array) {
  const count = firsts.length
  const starts = new Int32Array(count + 1)
  for (let place = 0; place < count; place++) starts[place + 1] = starts[place]! + wordsOf(place)
  const bits = new Int32Array(starts[count]!).fill(-1)
  for (let place = 0; place < count; place++)
    if (place & 31) bits[starts[place + 1]! - 1] = (1 << (place & 31)) - 1

  const keys = new Float64Array(count)
  for (let objective = 1; objective < width; objective++) {
    for (let place = 0; place < count; place++) keys[place] = objectives[firsts[place]! * width + objective]!
    const order = ascendingOrder(keys)
    const notAbove = new Int32Array(wordsOf(count))
    for (let first = 0, end = 0; first < count; first = end) {
      for (; end < count && keys[order[end]!] === keys[order[first]!]; end++)
        notAbove[order[end]! >> 5]! |= 1 << (order[end]! & 31)
      for (let i = first; i < end; i++) keepOnly(bits, starts, order[i]!, notAbove)
    }
  }
  return { bits, starts }
}

/** Takes from the dominators of a place all that are not in `allowed`. */
function keepOnly(bits: Int32Array, starts: Int32Array, place: number, allowed: Int32Array): void {
  const start = starts[place]!
  const words = starts[place + 1]! - start
  for (let word = 0; word < words; word++) bits[start + word]! &= allowed[word]!
}
