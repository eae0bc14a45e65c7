/** Remembers the values used last, and forgets older ones. */
export interface BoundedCache<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
}

/**
 * A cache of at most `capacity` values, at least half of that many of them the last used: what is used moves from the
 * old half into the young one, and when that is full the old half is dropped.
 */
export function boundedCache<K, V>(capacity: number): BoundedCache<K, V> {
  const half = Math.max(1, Math.floor(capacity / 2))
  let young = new Map<K, V>()
  let old = new Map<K, V>()
  const set = (key: K, value: V) => {
    if (young.size === half && !young.has(key)) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }
  return {
    get(key) {
      const found = young.get(key)
      if (found !== undefined) return found
      const kept = old.get(key)
      if (kept !== undefined) set(key, kept)
      return kept
    },
    set,
  }
}
