/** A set of rows of numbers, compared exactly. */
export interface DistinctRows {
  /** Adds a row; false where it is there already. */
  add(row: ArrayLike<number>): boolean
}

/** An empty set of rows of `width` numbers, at most `capacity` of them; open addressing, at most half full. */
export function distinctRows(width: number, capacity: number): DistinctRows {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 2)))
  const rows = new Float64Array(capacity * width)
  const probe = new Float64Array(width)
  const words = new Int32Array(probe.buffer)
  let size = 0

  const hash = () => {
    let h = 0
    for (let i = 0; i < words.length; i++) {
      h = Math.imul(h ^ words[i]!, 0x9e3779b1)
      h ^= h >>> 15
    }
    return h
  }
  const equals = (slot: number) => {
    const start = (slot - 1) * width
    for (let i = 0; i < width; i++) if (rows[start + i] !== probe[i]) return false
    return true
  }
  return {
    add(row) {
      // −0 and 0 are one number and must have one hash.
      for (let i = 0; i < width; i++) probe[i] = row[i]! + 0
      let at = hash() & (slots.length - 1)
      for (; slots[at] !== 0; at = (at + 1) & (slots.length - 1)) if (equals(slots[at]!)) return false
      rows.set(probe, size * width)
      slots[at] = ++size
      return true
    },
  }
}
