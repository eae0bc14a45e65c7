import type { Weight } from '../../../../network.js'
import type { Constant } from '../constant.js'
import { perChannel } from '../per-channel.js'
import { type Converter, constant, layer, type Scope, signal, weightOf } from '../scope.js'
import { type Axis, channelsOf, describe, type Signal } from '../signal.js'
import { refuse } from '../unsupported.js'

const sameAxis = (a: Axis, b: Axis): boolean =>
  a.size === b.size &&
  (a.size === 1 ||
    (a.of === b.of &&
      (a.of !== 'flat' || a.parts!.every((part, index) => sameAxis(part, b.parts![index]!))) &&
      (a.of !== 'features' || a.order!.every((place, index) => place === b.order![index]))))

/** Whether two signals hold their values in the same order. */
export const sameAxes = (a: Signal, b: Signal): boolean =>
  a.axes.length === b.axes.length && a.axes.every((axis, index) => sameAxis(axis, b.axes[index]!))

/** gamma · x + beta, one value a channel each. */
function scaled(
  scope: Scope,
  x: Signal,
  constant: Constant,
  gamma?: Float64Array,
  beta?: Float64Array,
): Signal {
  const shape = [channelsOf(x)]
  const weight = (values: Float64Array): Weight => weightOf({ ...constant, type: 'float' }, shape, values)
  const one = () => new Float64Array(channelsOf(x)).fill(1)
  const weights = { gamma: weight(gamma ?? one()), ...(beta && { beta: weight(beta) }) }
  return { ...x, ...layer(scope, 'scale', [x], { shift: beta !== undefined }, weights, constant.name) }
}

/** An operator between a signal and a number a channel, whichever comes first. */
type WithConstant = (scope: Scope, x: Signal, constant: Constant, constantFirst: boolean) => Signal

/** An operator on two values: of two signals, or of a signal and a constant. */
const binary =
  (withConstant: WithConstant, ofSignals: (scope: Scope, a: Signal, b: Signal) => Signal): Converter =>
  scope => {
    const [a, b] = scope.inputs
    if (a?.kind === 'signal' && b?.kind === 'signal') return ofSignals(scope, a, b)
    return a?.kind === 'signal'
      ? withConstant(scope, a, constant(scope, 1, 'second operand'), false)
      : withConstant(scope, signal(scope, 1), constant(scope, 0, 'first operand'), true)
  }

/** Whether a constant is this number; one value a channel is kept, whatever the values are. */
const is = ({ dims, data }: Constant, value: number) =>
  dims.length < 2 && data.length === 1 && data[0] === value

function added(scope: Scope, a: Signal, b: Signal): Signal {
  if (!sameAxes(a, b)) refuse(`adds ${describe(a)} and ${describe(b)}; only equal shapes can be read`)
  return { ...a, ...layer(scope, 'add', [a, b], {}) }
}

/** A product; one factor may be a single pixel. */
function multiplied(scope: Scope, a: Signal, b: Signal): Signal {
  const [map, factor] = [a, b].toSorted((x, y) => volume(y) - volume(x)) as [Signal, Signal]
  const fits =
    sameAxes(a, b) ||
    (map.axes.length === factor.axes.length &&
      factor.axes.every((axis, index) => sameAxis(axis, map.axes[index]!) || axis.size === 1) &&
      volume(factor) === channelsOf(map))
  if (!fits)
    refuse(
      `multiplies ${describe(a)} by ${describe(b)}; only equal shapes or one factor a channel can be read`,
    )
  return { ...map, ...layer(scope, 'multiply', [a, b], {}) }
}

const volume = ({ shape }: Signal) => shape.reduce((product, size) => product * size, 1)

const add = binary((scope, x, constant) => {
  const values = perChannel(x, constant)
  return is(constant, 0) ? x : scaled(scope, x, constant, undefined, values)
}, added)

const multiply = binary((scope, x, constant) => {
  const values = perChannel(x, constant)
  return is(constant, 1) ? x : scaled(scope, x, constant, values)
}, multiplied)

const subtract = binary(
  (scope, x, constant, constantFirst) => {
    const values = perChannel(x, constant)
    if (constantFirst)
      return scaled(
        scope,
        x,
        constant,
        values.map(() => -1),
        values,
      )
    return is(constant, 0)
      ? x
      : scaled(
          scope,
          x,
          constant,
          undefined,
          values.map(value => -value),
        )
  },
  () => refuse('subtracts two tensors; Tandem has no layer for it'),
)

const divide = binary(
  (scope, x, constant, constantFirst) => {
    if (constantFirst) return refuse('divides by a tensor; Tandem has no layer for it')
    const values = perChannel(x, constant)
    return is(constant, 1)
      ? x
      : scaled(
          scope,
          x,
          constant,
          values.map(value => 1 / value),
        )
  },
  () => refuse('divides two tensors; Tandem has no layer for it'),
)

const negate: Converter = scope => {
  const x = signal(scope)
  const minus: Constant = {
    kind: 'constant',
    name: scope.node.name,
    dims: [],
    type: 'float',
    data: Float64Array.of(-1),
  }
  return scaled(scope, x, minus, perChannel(x, minus))
}

/** A sum of any number of signals. */
const sum: Converter = scope => {
  const inputs = scope.inputs.map((_, index) => signal(scope, index))
  const [first] = inputs as [Signal]
  if (inputs.length === 1) return first
  for (const other of inputs)
    if (!sameAxes(first, other))
      refuse(`adds ${describe(first)} and ${describe(other)}; only equal shapes can be read`)
  return { ...first, ...layer(scope, 'add', inputs, {}) }
}

export const arithmeticConverters: Readonly<Record<string, Converter>> = {
  Add: add,
  Sub: subtract,
  Mul: multiply,
  Div: divide,
  Neg: negate,
  Sum: sum,
}
