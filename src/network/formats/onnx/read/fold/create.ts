import { floats, int, ints, tensor } from '../node.js'
import { readTensor } from '../tensor.js'
import { refuse } from '../unsupported.js'
import { type Fold, type FoldScope, known } from './fold-scope.js'

const fromAttribute: Fold = scope => {
  const { node, external, result } = scope
  const value = tensor(node, 'value')
  if (value) {
    const read = readTensor(value, value.name || node.outputs[0] || node.name, external)
    return read
  }
  const [single, several] = [int(node, 'value_int'), ints(node, 'value_ints')]
  if (single !== undefined) return result([], 'integer', () => [single])
  if (several) return result([several.length], 'integer', () => several)
  const [number, numbers] = [node.attributes.get('value_float'), floats(node, 'value_floats')]
  if (number) return result([], 'float', () => [number.f ?? 0])
  if (numbers) return result([numbers.length], 'float', () => numbers)
  return refuse('holds no number')
}

function constantOfShape(scope: FoldScope) {
  const { node, external, result } = scope
  const dims = Array.from(known(scope, 0).data)
  const value = tensor(node, 'value')
  const filler = value && readTensor(value, `${node.name}.value`, external)
  const fill = filler?.data[0] ?? 0
  return result(dims, filler?.type ?? 'float', () =>
    new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(fill),
  )
}

function range(scope: FoldScope) {
  const [start, limit, delta] = [0, 1, 2].map(index => known(scope, index).data[0]!) as [
    number,
    number,
    number,
  ]
  const length = Math.max(Math.ceil((limit - start) / delta), 0)
  return scope.result([length], known(scope, 0).type, () =>
    Float64Array.from({ length }, (_, index) => start + index * delta),
  )
}

/** Operators that make a tensor out of nothing but sizes and attributes. */
export const createFolds: Readonly<Record<string, Fold>> = {
  Constant: fromAttribute,
  ConstantOfShape: constantOfShape,
  Range: range,
}
