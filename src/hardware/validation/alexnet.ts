import { graph, type Network } from '../../network/index.js'

/** The five convolutions of AlexNet as Eyeriss ran them (Chen et al., JSSC 2017): conv2, 4 and 5 in two groups. */
export function alexnetConvolutions(): Network {
  const net = graph('alexnet', [227, 227, 3])
  let last = net.conv(net.input, {
    name: 'CONV1',
    filters: 96,
    kernel: 11,
    strides: 4,
    padding: [0, 0, 0, 0],
  })
  last = net.pool(last, { name: 'pool1', kernel: 3, strides: 2 })
  last = net.conv(last, { name: 'CONV2', filters: 256, kernel: 5, groups: 2 })
  last = net.pool(last, { name: 'pool2', kernel: 3, strides: 2 })
  last = net.conv(last, { name: 'CONV3', filters: 384 })
  last = net.conv(last, { name: 'CONV4', filters: 384, groups: 2 })
  net.conv(last, { name: 'CONV5', filters: 256, groups: 2 })
  return net.finish()
}
