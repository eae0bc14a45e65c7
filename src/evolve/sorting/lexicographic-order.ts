/** Below this, insertion sort is faster than merging. */
const RUN = 8

/** Sorts numbers ascending, stable, taking `order` along. Both are changed. A merge sort without a comparison function. */
function sortWith(keys: Float64Array, order: Int32Array): void {
  const count = keys.length
  for (let start = 0; start < count; start += RUN) {
    const end = Math.min(count, start + RUN)
    for (let i = start + 1; i < end; i++) {
      const key = keys[i]!
      const index = order[i]!
      let j = i - 1
      while (j >= start && keys[j]! > key) {
        keys[j + 1] = keys[j]!
        order[j + 1] = order[j]!
        j--
      }
      keys[j + 1] = key
      order[j + 1] = index
    }
  }
  let [fromKeys, fromOrder] = [keys, order]
  let toKeys: Float64Array = new Float64Array(count)
  let toOrder: Int32Array = new Int32Array(count)
  for (let width = RUN; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(count, start + width)
      const end = Math.min(count, start + 2 * width)
      let [left, right] = [start, middle]
      for (let i = start; i < end; i++) {
        const fromLeft = left < middle && (right >= end || fromKeys[left]! <= fromKeys[right]!)
        const from = fromLeft ? left++ : right++
        toKeys[i] = fromKeys[from]!
        toOrder[i] = fromOrder[from]!
      }
    }
    ;[fromKeys, toKeys] = [toKeys, fromKeys]
    ;[fromOrder, toOrder] = [toOrder, fromOrder]
  }
  if (fromKeys !== keys) {
    keys.set(fromKeys)
    order.set(fromOrder)
  }
}

/** Indices of `keys` in ascending order, equal ones as they came. */
export function ascendingOrder(keys: Float64Array): Int32Array {
  const order = new Int32Array(keys.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  sortWith(keys.slice(), order)
  return order
}

/** Negative, zero or positive as row a comes before, equals or comes after row b. */
function compareRows(values: Float64Array, width: number, a: number, b: number): number {
  for (let j = 0; j < width; j++) {
    const [x, y] = [values[a * width + j]!, values[b * width + j]!]
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

export const equalRows = (values: Float64Array, width: number, a: number, b: number): boolean =>
  compareRows(values, width, a, b) === 0

/** Indices of the rows of a matrix in lexicographic order, equal rows as they came. */
export function lexicographicOrder(values: Float64Array, width: number): Int32Array {
  const count = values.length / width
  const keys = new Float64Array(count)
  const order = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    keys[i] = values[i * width]!
    order[i] = i
  }
  sortWith(keys, order)
  if (width === 1) return order
  for (let start = 0, end = 1; start < count; start = end++) {
    while (end < count && keys[end] === keys[start]) end++
    if (end - start > 1) order.subarray(start, end).sort((a, b) => compareRows(values, width, a, b) || a - b)
  }
  return order
}
