import type { Budget } from '../budget.js'
import { type Constant, volume } from '../constant.js'
import type { Node } from '../node.js'
import type { External } from '../tensor.js'
import { refuse } from '../unsupported.js'
import { createFolds } from './create.js'
import { elementwiseFolds } from './elementwise.js'
import type { Fold, FoldScope } from './fold-scope.js'
import { reduceFolds } from './reduce.js'
import { shapeFolds } from './shape.js'

const folds: Readonly<Record<string, Fold>> = {
  ...createFolds,
  ...elementwiseFolds,
  ...reduceFolds,
  ...shapeFolds,
}

/** Computes a node whose inputs are all known; undefined if its operator is not one that is computed here. */
export type Folder = (
  node: Node,
  inputs: readonly (Constant | undefined)[],
) => readonly Constant[] | undefined

/**
 * A folder for one file. Folding throws InputError beyond what `budget` affords and Unsupported for what makes no
 * sense.
 */
export function createFolder(budget: Budget, external: External): Folder {
  return (node, inputs) => {
    const compute = Object.hasOwn(folds, node.op) ? folds[node.op] : undefined
    if (compute === undefined) return undefined
    let outputs = 0
    const result: FoldScope['result'] = (dims, type, data) => {
      if (!dims.every(size => Number.isSafeInteger(size) && size >= 0)) refuse(`gives the shape [${dims}]`)
      budget.spend(
        volume(dims),
        () => `node "${node.name}" (${node.op}) asks for a constant of shape [${dims}]`,
      )
      const values = data()
      const doubles = type !== 'float' || values instanceof Float64Array
      return {
        kind: 'constant',
        name: node.outputs[outputs++] ?? node.name,
        dims,
        type,
        data: doubles ? new Float64Array(values) : new Float32Array(values),
      }
    }
    return [compute({ node, external, inputs, result })].flat() as Constant[]
  }
}
