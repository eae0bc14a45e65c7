import type { Activation, ActivationFunction } from '../../../../network.js'
import { scalarOf, shortest } from '../constant.js'
import { float, int, text } from '../node.js'
import { type Converter, layer, optional, type Scope, signal } from '../scope.js'
import { axisIndex, describe, isAxis, type Signal } from '../signal.js'
import { refuse } from '../unsupported.js'

/** An activation of input 0. */
export function activate(scope: Scope, name: ActivationFunction, slope?: number): Signal {
  const x = signal(scope)
  const attributes: Omit<Activation, 'type' | 'name' | 'inputs'> = {
    function: name,
    ...(slope !== undefined && { slope }),
  }
  return { ...x, ...layer(scope, 'activation', [x], attributes) }
}

const plain =
  (name: ActivationFunction): Converter =>
  scope =>
    activate(scope, name)

/** Bounds that are further out than this are none. */
const FAR = 1e30

/** Clipping to 0…6 is ReLU6, to 0… is ReLU; a bound of 6 on what is not negative is ReLU6 too. */
function clipped(scope: Scope, low: number, high: number): Signal {
  const x = signal(scope)
  const before = scope.draft.layers.get(x.layer)
  const positive = before?.type === 'activation' && before.function === 'relu'
  if (low <= -FAR && high >= FAR) return x
  if (low === 0 && high >= FAR) return activate(scope, 'relu')
  if (high === 6 && (low === 0 || (low < 0 && positive))) return activate(scope, 'relu6')
  return refuse(`clips to ${low}…${high}; only 0…6 (ReLU6) and 0… (ReLU) can be read`)
}

const clip: Converter = scope => {
  const bound = (name: string, index: number, none: number) =>
    scalarOf(optional(scope, index, name)) ?? float(scope.node, name) ?? none
  return clipped(scope, bound('min', 1, Number.NEGATIVE_INFINITY), bound('max', 2, Number.POSITIVE_INFINITY))
}

/** Min and Max with a number are a bound each. */
const bound =
  (upper: boolean): Converter =>
  scope => {
    const at = scope.inputs.findIndex(value => value?.kind === 'constant')
    const value = scalarOf(at < 0 ? undefined : optional(scope, at, 'bound'))
    if (scope.inputs.length !== 2 || value === undefined)
      return refuse('compares tensors; only a number can be read')
    const turned = at === 0 ? { ...scope, inputs: scope.inputs.toReversed() } : scope
    return upper
      ? clipped(turned, Number.NEGATIVE_INFINITY, value)
      : clipped(turned, value, Number.POSITIVE_INFINITY)
  }

const hardSigmoid: Converter = scope => {
  const [alpha, beta] = [float(scope.node, 'alpha', 0.2), float(scope.node, 'beta', 0.5)]
  if (Math.abs(alpha - 1 / 6) > 1e-6 || beta !== 0.5)
    refuse(`has alpha ${shortest(alpha)} and beta ${shortest(beta)}; only 1/6 and 0.5 can be read`)
  return activate(scope, 'hardSigmoid')
}

const gelu: Converter = scope => {
  const approximation = text(scope.node, 'approximate') ?? 'none'
  if (approximation !== 'none') refuse(`approximates by ${approximation}; only the exact GELU can be read`)
  return activate(scope, 'gelu')
}

/** Older operator sets normalize all axes from `axis` on together. */
const softmax: Converter = scope => {
  const x = signal(scope)
  const older = scope.opset < 13
  const axis = axisIndex(int(scope.node, 'axis', older ? 1 : -1), x.axes.length)
  const together = older ? x.axes.slice(axis + 1).every(({ size }) => size === 1) : true
  if (!isAxis(x, axis, 'channels') || !together)
    refuse(`normalizes axis ${axis} of ${describe(x)}; only the channels can be normalized`)
  return { ...x, ...layer(scope, 'softmax', [x], {}) }
}

/** Leaves the classes' order and the cross-entropy as they are, so that at the end it can be left out. */
const logSoftmax: Converter = scope => {
  if (!scope.isOutput) refuse('is a log-softmax inside the network; only one at its end can be left out')
  scope.note(`the log-softmax "${scope.node.name}" at the end was left out: the network gives logits`)
  return signal(scope)
}

export const activationConverters: Readonly<Record<string, Converter>> = {
  Relu: plain('relu'),
  Sigmoid: plain('sigmoid'),
  HardSwish: plain('hardSwish'),
  LeakyRelu: scope => activate(scope, 'leakyRelu', shortest(float(scope.node, 'alpha', 0.01))),
  Clip: clip,
  Min: bound(true),
  Max: bound(false),
  HardSigmoid: hardSigmoid,
  Gelu: gelu,
  Softmax: softmax,
  LogSoftmax: logSoftmax,
}
