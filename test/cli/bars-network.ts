import { graph, initialize, type Network } from '../../src/network/index.js'

/** A network for the data of `barsData`: a residual of two convolutions, then a classifier of five classes. */
export function barsNetwork(name: string, { softmax = false, batchNorm = true } = {}): Network {
  const net = graph(name, [8, 8, 1])
  const norm = (input: string) => (batchNorm ? net.batchNorm(input) : input)
  const stem = net.activation(norm(net.conv(net.input, { name: 'stem', filters: 8 })))
  const inner = net.activation(norm(net.conv(stem, { name: 'inner', filters: 12 })))
  const sum = net.add([stem, net.conv(inner, { name: 'outer', filters: 8 })])
  net.dense(net.flatten(net.pool(sum)), { name: 'classifier', units: 5 })
  if (softmax) net.softmax('classifier', { name: 'probabilities' })
  return initialize(net.finish(), 2)
}
