/** Why one node cannot be imported. Caught where nodes are read; all of them are reported together. */
export class Unsupported extends Error {}

/** Stops reading a node. */
export function refuse(problem: string): never {
  throw new Unsupported(problem)
}
