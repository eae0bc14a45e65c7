import { createNetwork, type Layer, type Network, type Weight } from '../network/index.js'
import { isMultiplying, quantizedLayers } from './layers.js'
import type { FirstLast, Scheme } from './scheme.js'
import { withoutActivations } from './without-activations.js'

/** A place where a feature map is rounded. */
export interface Quantizer {
  /** Of the layer that rounds. */
  readonly name: string
  /** What it reads: a layer or the network's input. */
  readonly input: string
  readonly bits: number
}

/** A network in which a scheme's roundings have their places; its kernels are still what they were. */
export interface Prepared {
  readonly network: Network
  readonly scheme: Scheme
  /** Layers whose kernels are quantized, in order. */
  readonly layers: readonly string[]
  /** In order; those of a network that came with them are among them. */
  readonly quantizers: readonly Quantizer[]
}

/**
 * Puts a rounding before every quantized layer. What is rounded to integers is rounded for all that read it, as it would lie
 * in memory; signs are for the quantized layers alone, which then read what was before their activation: where there is
 * a sign there is no other activation, and shortcuts stay real. Steps are 1 until they are calibrated. Input that is
 * rounded to as many bits already stays as it is.
 * Throws NetworkError where no layer is left to quantize.
 */
export function prepare(
  network: Network,
  scheme: Scheme,
  { firstLast = scheme.firstLast }: { readonly firstLast?: FirstLast } = {},
): Prepared {
  const layers = quantizedLayers(network, firstLast)
  const signs = scheme.activationBits === 1
  const plain = signs ? withoutActivations(network, layers) : network
  const rounded = withQuantizers(plain, scheme.activationBits, new Set(layers))
  const quantizers = rounded.layers.flatMap(layer =>
    layer.type === 'quantize' ? [{ name: layer.name, input: layer.inputs[0]!, bits: layer.bits }] : [],
  )
  return { network: rounded, scheme, layers, quantizers }
}

function withQuantizers(network: Network, bits: Scheme['activationBits'], quantized: ReadonlySet<string>) {
  const byName = new Map(network.layers.map(layer => [layer.name, layer]))
  const isRounded = (name: string) => {
    const layer = byName.get(name)
    return layer?.type === 'quantize' && layer.bits === bits
  }
  const read = network.layers.flatMap(({ name, inputs: [input] }) =>
    quantized.has(name) && !isRounded(input!) ? [input!] : [],
  )
  const taken = new Set([network.input.name, ...byName.keys()])
  const names = new Map([...new Set(read)].map(tensor => [tensor, freeName(`${tensor}/quantized`, taken)]))
  const rounding = (tensor: string): readonly Layer[] => {
    const name = names.get(tensor)
    return name === undefined ? [] : [{ type: 'quantize', name, inputs: [tensor], bits }]
  }
  const rewired = network.layers.flatMap((layer): readonly Layer[] => {
    const reads = (tensor: string) =>
      bits > 1 || (quantized.has(layer.name) && isMultiplying(layer)) ? (names.get(tensor) ?? tensor) : tensor
    return [{ ...layer, inputs: layer.inputs.map(reads) }, ...rounding(layer.name)]
  })
  const steps = [...names.values()].map((name): [string, Weight] => [
    `${name}/step`,
    { shape: [1], data: Float32Array.of(1) },
  ])
  const hasWeights = Object.keys(network.weights).length > 0
  return createNetwork({
    ...network,
    layers: [...rounding(network.input.name), ...rewired],
    weights: hasWeights ? { ...network.weights, ...(bits > 1 ? Object.fromEntries(steps) : {}) } : {},
  })
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let i = 2; taken.has(name); i++) name = `${wanted}${i}`
  taken.add(name)
  return name
}
