import { ACTIVATION_FUNCTIONS, graph, type Network } from '../../src/network/index.js'
import { random } from '../../src/random.js'
import { withRandomWeights } from '../network/random-network.js'

/**
 * One convolution, "conv", of any size, kernel, stride, padding, dilation and groups, and up to three layers that treat
 * channels alike behind it. Its output has more than one pixel.
 */
export function randomConvolution(seed: number): Network {
  const stream = random(seed, 'convolution')
  const draw = (from: number, to: number) => from + stream.integer(to - from + 1)
  const pick = <T>(values: readonly T[]): T => values[stream.integer(values.length)]!
  const groups = pick([1, 1, 2, 3])
  const channels = groups * draw(1, 3)
  const net = graph(`random-${seed}`, [draw(4, 11), draw(4, 11), channels])
  const depthwise = draw(0, 3) === 0
  const [kernel, dilations] =
    draw(0, 2) === 0
      ? [
          [draw(1, 2), draw(1, 2)],
          [draw(1, 3), 1],
        ]
      : [
          [3, 3],
          [1, 1],
        ]
  let last = net.conv(net.input, {
    name: 'conv',
    filters: (depthwise ? channels : groups) * draw(1, 3),
    groups: depthwise ? channels : groups,
    kernel: kernel as [number, number],
    dilations: dilations as [number, number],
    strides: [draw(1, 2), draw(1, 2)],
    padding: [draw(0, 2), draw(0, 2), draw(0, 2), draw(0, 2)],
    bias: draw(0, 1) === 0,
  })
  for (let count = draw(0, 3); count > 0; count--)
    last = pick([
      () => net.batchNorm(last),
      () => net.scale(last, { shift: draw(0, 1) === 0 }),
      () => net.activation(last, { function: pick(ACTIVATION_FUNCTIONS) }),
      () => net.activation(last),
    ])()
  const [height, width] = net.shape('conv')
  return height! * width! === 1 ? randomConvolution(seed + 1e7) : withRandomWeights(net.finish(), seed)
}
