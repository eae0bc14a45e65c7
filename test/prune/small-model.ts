import { graph, type Network } from '../../src/network/index.js'
import { withRandomWeights } from '../network/random-network.js'

/** Five classes of 8 × 8 images: residuals, a depthwise convolution, a flattened map; a layer normalization if asked. */
export function smallModel({ layerNorm = false, batchNorm = true } = {}): Network {
  const net = graph('small', [8, 8, 3])
  const norm = (input: string) => (batchNorm ? net.batchNorm(input) : input)
  const stem = net.activation(norm(net.conv(net.input, { name: 'stem', filters: 8, bias: !batchNorm })))
  const inner = net.activation(norm(net.conv(stem, { name: 'inner', filters: 12 })))
  const deep = net.activation(norm(net.conv(inner, { name: 'deep', filters: 12, groups: 12 })))
  const sum = net.add([stem, net.conv(deep, { name: 'outer', filters: 8, kernel: 1 })])
  const last = net.conv(sum, { name: 'last', filters: 10, strides: 2 })
  const normalised = layerNorm ? net.layerNorm(last) : norm(last)
  net.dense(net.flatten(net.pool(normalised)), { name: 'classifier', units: 5 })
  return withRandomWeights(net.finish(), 1)
}
