import { graph } from '../graph.js'
import type { Network } from '../network.js'

export interface VggSmallOptions {
  readonly classes?: number
  /** Multiplies the channels of the convolutions. */
  readonly width?: number
  /** [height, width, channels]; sides that three poolings halve. */
  readonly input?: readonly [number, number, number]
}

const STAGES = [128, 256, 512] as const

/**
 * The small VGG on which binary networks are compared: two 3×3 convolutions of 128, of 256 and of 512 channels, then one
 * dense layer. The second of each pair is pooled before its batch normalization and activation, as binary layers need it.
 * Layers `conv1` to `conv6` (with `_pool`, `_bn` and `_act`), `flatten`, `classifier`.
 */
export function vggSmall({ classes = 10, width = 1, input = [32, 32, 3] }: VggSmallOptions = {}): Network {
  const net = graph(width === 1 ? 'vgg-small' : `vgg-small-${width}`, input)
  let last = net.input
  for (const [i, channels] of STAGES.flatMap(channels => [channels, channels]).entries()) {
    const name = `conv${i + 1}`
    last = net.conv(last, { name, filters: Math.max(1, Math.round(channels * width)) })
    if (i % 2 === 1) last = net.pool(last, { name: `${name}_pool` })
    last = net.activation(net.batchNorm(last, { name: `${name}_bn` }), { name: `${name}_act` })
  }
  net.dense(net.flatten(last, { name: 'flatten' }), { name: 'classifier', units: classes })
  return net.finish()
}
