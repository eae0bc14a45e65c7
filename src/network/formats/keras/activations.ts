import type { ActivationFunction } from '../../network.js'
import type { Conversion } from './conversion.js'

/** What a Keras activation becomes: nothing, a softmax, or a function of x · `before`. */
export type KerasActivation =
  | 'linear'
  | 'softmax'
  | { readonly function: ActivationFunction; readonly slope?: number; readonly before?: number }

const activations: Readonly<Record<string, KerasActivation>> = {
  linear: 'linear',
  softmax: 'softmax',
  relu: { function: 'relu' },
  relu6: { function: 'relu6' },
  leakyrelu: { function: 'leakyRelu', slope: 0.2 },
  sigmoid: { function: 'sigmoid' },
  swish: { function: 'silu' },
  silu: { function: 'silu' },
  hardswish: { function: 'hardSwish' },
  hardsilu: { function: 'hardSwish' },
  gelu: { function: 'gelu' },
}

/** Keras 3: relu6(x + 3) / 6. Keras 2 and tfjs: min(max(0.2 x + 0.5, 0), 1), which is that of 1.2 x. */
const hardSigmoid = (kerasVersion: string): KerasActivation =>
  kerasVersion.startsWith('3') ? { function: 'hardSigmoid' } : { function: 'hardSigmoid', before: 1.2 }

/** The activation of a name such as "hard_sigmoid" or "hardSigmoid"; undefined if Tandem has none like it. */
export function activationOf(name: unknown, kerasVersion: string): KerasActivation | undefined {
  if (name === null) return 'linear'
  if (typeof name !== 'string') return undefined
  const key = name.toLowerCase().replaceAll('_', '')
  if (key === 'hardsigmoid') return hardSigmoid(kerasVersion)
  return Object.hasOwn(activations, key) ? activations[key] : undefined
}

/** Appends the activation as the layer `name`; gives the name of its value. */
export function appendActivation(
  { net, put }: Conversion,
  input: string,
  name: string,
  activation: KerasActivation,
): string {
  if (activation === 'linear') return input
  if (activation === 'softmax') return net.softmax(input, { name })
  const { before, ...options } = activation
  if (before === undefined) return net.activation(input, { name, ...options })
  const channels = net.shape(input).at(-1)!
  const scaled = net.scale(input, { name: `${name}:scale` })
  put(scaled, 'gamma', [channels], new Float32Array(channels).fill(before))
  return net.activation(scaled, { name, ...options })
}
