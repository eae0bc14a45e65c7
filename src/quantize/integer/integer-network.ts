import { NetworkError } from '../../errors.js'
import { inferShapes, inputShapes, type Layer, type LayerOf, type Network } from '../../network/index.js'
import { isMultiplying, type Multiplying } from '../layers.js'
import type { SchemeName } from '../scheme.js'
import { schemes } from '../schemes/schemes.js'
import { type Multiplier, multiplier } from './multiplier.js'
import { after, applyPerChannel, isPerChannel, type PerChannel, perChannel } from './per-channel.js'
import { realLayer } from './real-layers.js'
import { type Integers, toIntegers } from './rounding.js'

/** What was quantized, and by which scheme. */
export interface Quantization {
  readonly scheme: SchemeName
  readonly layers: readonly string[]
}

/** A quantized network in the arithmetic of its hardware. */
export interface IntegerNetwork {
  /** Quantized layers, in order. */
  readonly multipliers: readonly Multiplier[]
  /** The network's output for images [count, …input], one after another: [count, …output]. */
  run(images: Float32Array, count: number): Float64Array
}

type Value = Float64Array | Integers
interface Step {
  readonly output: string
  readonly inputs: readonly string[]
  run(inputs: readonly Value[]): Value
}

/**
 * A network with weights on a scheme's grid as integers compute it. What a quantized layer reads are integers q_x; it sums
 * q_w·q_x exactly, as products, shifts or counted signs, and takes the sum by one multiplication and one addition a channel
 * (scale, bias, and batch norms that alone read it) to a number. All else is computed in float64. Rounding is of numbers
 * divided by their step, halves to even, the outermost integers for what is beyond.
 * Throws NetworkError, naming the layer, where weights are not on the grid, what a quantized layer reads is not rounded to the
 * scheme's bits, sums need too many bits, or a layer type is not known here (`realLayer`).
 */
export function integerNetwork(network: Network, { scheme, layers }: Quantization): IntegerNetwork {
  const { weights } = network
  const shapes = inferShapes(network)
  const readers = readersOf(network)
  const steps: Step[] = []
  const multipliers: Multiplier[] = []
  const done = new Set<string>()

  for (const name of layers)
    if (!network.layers.some(layer => layer.name === name && isMultiplying(layer)))
      throw new NetworkError(`layer "${name}": is no convolution or dense layer of ${network.name}`)
  for (const layer of network.layers) {
    const { name, inputs } = layer
    if (done.has(name)) continue
    const output = shapes.get(name)!
    if (layer.type === 'quantize') steps.push(roundingStep(layer, network))
    else if (isMultiplying(layer) && layers.includes(name)) {
      const { bits } = roundingBefore(layer, network, scheme)
      const [input] = inputShapes(layer, shapes)
      const own = multiplier({ ...{ layer, weights, scheme, bits, output }, input: input! })
      multipliers.push(own)
      const chain = perChannelAfter(layer, readers)
      for (const { name } of chain) done.add(name)
      const last = chain.at(-1) ?? layer
      steps.push({ output: last.name, inputs, run: multiplyingStep(own, layer, chain, network) })
    } else {
      const real = realLayer(layer, { weights, inputs: inputShapes(layer, shapes), output })
      steps.push({ output: name, inputs, run: values => real(values.map(asReal)) })
    }
  }
  return { multipliers, run: runner(network, steps) }
}

/** Layers that read each layer's output. */
function readersOf({ layers }: Network): ReadonlyMap<string, readonly Layer[]> {
  const readers = new Map<string, Layer[]>(layers.map(({ name }) => [name, []]))
  for (const layer of layers) for (const input of layer.inputs) readers.get(input)?.push(layer)
  return readers
}

/** Batch norms and scales, one behind the other, that alone read what is before them. */
function perChannelAfter(layer: Layer, readers: ReadonlyMap<string, readonly Layer[]>) {
  const chain: (LayerOf<'batchNorm'> | LayerOf<'scale'>)[] = []
  for (let at: Layer = layer; ; ) {
    const [next, ...others] = readers.get(at.name)!
    if (next === undefined || others.length > 0 || !isPerChannel(next)) return chain
    chain.push(next)
    at = next
  }
}

function roundingBefore(layer: Multiplying, network: Network, scheme: SchemeName): LayerOf<'quantize'> {
  const { activationBits } = schemes[scheme]
  const before = network.layers.find(({ name }) => name === layer.inputs[0])
  if (before?.type === 'quantize' && before.bits === activationBits) return before
  throw new NetworkError(
    `layer "${layer.name}": reads "${layer.inputs[0]}", which is not rounded to the ${activationBits} bits of ${scheme}; quantize the network by that scheme first`,
  )
}

/** Of signs 1. */
const stepOf = ({ name, bits }: LayerOf<'quantize'>, { weights }: Network): number =>
  bits === 1 ? 1 : weights[`${name}/step`]!.data[0]!

function roundingStep(layer: LayerOf<'quantize'>, network: Network): Step {
  const { name, inputs, bits } = layer
  const step = stepOf(layer, network)
  if (!(step > 0 && Number.isFinite(step)))
    throw new NetworkError(`layer "${name}": a step of ${step}; calibrate the network first`)
  const run = ([x]: readonly Value[]): Integers => ({ integers: toIntegers(asReal(x!), bits, step), step })
  return { output: name, inputs, run }
}

function multiplyingStep(
  { scales, accumulate }: Multiplier,
  layer: Multiplying,
  chain: readonly (LayerOf<'batchNorm'> | LayerOf<'scale'>)[],
  network: Network,
): Step['run'] {
  const before = network.layers.find(({ name }) => name === layer.inputs[0]) as LayerOf<'quantize'>
  const step = stepOf(before, network)
  const own: PerChannel = {
    multipliers: scales.map(scale => scale * step),
    addends: layer.bias
      ? Float64Array.from(network.weights[`${layer.name}/bias`]!.data)
      : new Float64Array(scales.length),
  }
  const all = chain.map(layer => perChannel(layer, network.weights)).reduce(after, own)
  return ([x]) => applyPerChannel(accumulate((x as Integers).integers), all)
}

const asReal = (value: Value): Float64Array =>
  value instanceof Float64Array ? value : Float64Array.from(value.integers, integer => integer * value.step)

/** Takes images through the steps one at a time; what nothing reads any more is let go. */
function runner({ input, layers }: Network, steps: readonly Step[]): IntegerNetwork['run'] {
  const size = input.shape.reduce((product, length) => product * length, 1)
  const last = new Map(steps.flatMap((step, at) => step.inputs.map(name => [name, at] as const)))
  const output = layers.at(-1)!.name
  return (images, count) => {
    const outputs: Float64Array[] = []
    for (let image = 0; image < count; image++) {
      const own = images.subarray(image * size, (image + 1) * size)
      const values = new Map<string, Value>([[input.name, Float64Array.from(own)]])
      for (const [at, step] of steps.entries()) {
        values.set(step.output, step.run(step.inputs.map(name => values.get(name)!)))
        for (const name of step.inputs) if (last.get(name) === at) values.delete(name)
      }
      outputs.push(asReal(values.get(output)!))
    }
    const all = new Float64Array(outputs.reduce((sum, own) => sum + own.length, 0))
    for (const [i, own] of outputs.entries()) all.set(own, i * own.length)
    return all
  }
}
