/**
 * Atoms while they are being found: every channel has one, and atoms that turn out to live and die together are
 * united (union–find with path halving; the smaller number stays).
 */
export interface Atoms {
  /** `count` atoms that have not been seen before. */
  fresh(count: number): Int32Array
  unite(a: number, b: number): void
  /** Unites atom by atom. */
  uniteAll(a: Int32Array, b: Int32Array): void
  /** These cannot be pruned; the first reason given stays. */
  fix(atoms: Int32Array, reason: string): void
  /** The atom that stands for `atom` now. */
  find(atom: number): number
  reasons(): ReadonlyMap<number, string>
}

export function createAtoms(): Atoms {
  const parents: number[] = []
  const reasons = new Map<number, string>()

  const find = (atom: number): number => {
    let at = atom
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!
      at = parents[at]!
    }
    return at
  }
  const unite = (a: number, b: number): void => {
    const [x, y] = [find(a), find(b)]
    if (x === y) return
    parents[Math.max(x, y)] = Math.min(x, y)
  }
  return {
    find,
    unite,
    fresh: count =>
      Int32Array.from({ length: count }, () => {
        parents.push(parents.length)
        return parents.length - 1
      }),
    uniteAll(a, b) {
      for (const [i, atom] of a.entries()) unite(atom, b[i]!)
    },
    fix(atoms, reason) {
      for (const atom of atoms) if (!reasons.has(atom)) reasons.set(atom, reason)
    },
    reasons() {
      const found = new Map<number, string>()
      for (const [atom, reason] of reasons) if (!found.has(find(atom))) found.set(find(atom), reason)
      return found
    },
  }
}
