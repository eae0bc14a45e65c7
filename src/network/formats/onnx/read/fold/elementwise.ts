import { DATA_TYPE } from '../../schema.js'
import type { Constant } from '../constant.js'
import { int } from '../node.js'
import { typeOfData } from '../tensor.js'
import { refuse } from '../unsupported.js'
import { type Fold, type FoldScope, known } from './fold-scope.js'
import { broadcastDims, broadcastStrides, places } from './strided.js'

type Binary = (a: number, b: number, integers: boolean) => number

/** Applies `f` to two tensors broadcast against each other. */
function combine(scope: FoldScope, a: Constant, b: Constant, f: Binary, type?: Constant['type']): Constant {
  const dims =
    broadcastDims(a.dims, b.dims) ?? refuse(`combines constants of shapes [${a.dims}] and [${b.dims}]`)
  const result = type ?? ([a, b].some(each => each.type === 'float') ? 'float' : a.type)
  const wide = [a, b].some(each => each.type === 'float' && each.data instanceof Float64Array)
  return scope.result(dims, result, () => {
    const [x, y] = [a, b].map(each => places(dims, broadcastStrides(each.dims, dims)))
    const compute = (index: number) => f(a.data[x![index]!]!, b.data[y![index]!]!, result === 'integer')
    const values = wide || result !== 'float' ? new Float64Array(x!.length) : new Float32Array(x!.length)
    return values.map((_, index) => compute(index))
  })
}

const binary =
  (f: Binary, type?: Constant['type']): Fold =>
  scope =>
    combine(scope, known(scope, 0), known(scope, 1), f, type)

const several =
  (f: Binary): Fold =>
  scope => {
    const others = scope.inputs.slice(1).map((_, index) => known(scope, index + 1))
    return others.reduce((a, b) => combine(scope, a, b, f), known(scope, 0))
  }

const unary =
  (f: (x: number) => number): Fold =>
  scope => {
    const { dims, type, data } = known(scope, 0)
    return scope.result(dims, type, () => data.map(f))
  }

const cast: Fold = scope => {
  const { dims, type: from, data } = known(scope, 0)
  const to = int(scope.node, 'to', 0)
  const type = typeOfData(to) ?? refuse(`casts to ONNX data type ${to}, which is not a number`)
  const convert = type === 'boolean' ? (x: number) => Number(x !== 0) : Math.trunc
  if (type === 'float')
    return scope.result(dims, type, () => (to === DATA_TYPE.double ? Float64Array : Float32Array).from(data))
  return scope.result(dims, type, () => (type === from ? data : Float64Array.from(data, convert)))
}

const where: Fold = scope => {
  const [condition, a, b] = [0, 1, 2].map(index => known(scope, index)) as [Constant, Constant, Constant]
  const dims = [a, b].reduce<readonly number[] | undefined>(
    (dims, each) => dims && broadcastDims(dims, each.dims),
    condition.dims,
  )
  if (!dims) return refuse('chooses between constants whose shapes do not fit')
  return scope.result(dims, a.type, () => {
    const at = [condition, a, b].map(each => places(dims, broadcastStrides(each.dims, dims)))
    return at[0]!.map((place, index) =>
      condition.data[place] ? a.data[at[1]![index]!]! : b.data[at[2]![index]!]!,
    )
  })
}

const truth = (f: (a: number, b: number) => boolean): Fold => binary((a, b) => Number(f(a, b)), 'boolean')

/** Operators that work value by value. */
export const elementwiseFolds: Readonly<Record<string, Fold>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b, integers) => (integers ? Math.trunc(a / b) : a / b)),
  Mod: binary((a, b) => a - b * Math.floor(a / b)),
  Pow: binary((a, b) => a ** b),
  Min: several((a, b) => Math.min(a, b)),
  Max: several((a, b) => Math.max(a, b)),
  Sum: several((a, b) => a + b),
  Equal: truth((a, b) => a === b),
  Less: truth((a, b) => a < b),
  LessOrEqual: truth((a, b) => a <= b),
  Greater: truth((a, b) => a > b),
  GreaterOrEqual: truth((a, b) => a >= b),
  And: truth((a, b) => a !== 0 && b !== 0),
  Or: truth((a, b) => a !== 0 || b !== 0),
  Not: unary(x => Number(x === 0)),
  Neg: unary(x => -x),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary(x => 1 / x),
  Exp: unary(Math.exp),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Cast: cast,
  Identity: scope => known(scope, 0),
  Where: where,
}
