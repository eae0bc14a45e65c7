/** What a file says, taken apart: plain values, and bytes where they are no text. */
export type Tree = null | boolean | number | string | Uint8Array | readonly Tree[] | Branch
export interface Branch {
  readonly [key: string]: Tree
}

/** How a kind of file is taken apart and put together again; lengths and checksums are made to fit. */
export interface Format {
  open(bytes: Uint8Array): Tree
  /** Throws what it likes for a tree that cannot be written down. */
  close(tree: Tree): Uint8Array
}

export const isBranch = (tree: Tree): tree is Branch =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof Uint8Array)

export const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree)

/** A branch of entries, whatever their keys: `__proto__` is one like any other. */
export const branch = (entries: readonly (readonly [string, Tree])[]): Branch => Object.fromEntries(entries)
