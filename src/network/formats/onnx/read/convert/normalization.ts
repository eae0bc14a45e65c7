import type { Weight } from '../../../../network.js'
import type { Constant } from '../constant.js'
import { shortest } from '../constant.js'
import { float, int } from '../node.js'
import { NORMALIZE_AXIS } from '../patterns/layer-norm.js'
import { reordered } from '../per-channel.js'
import { type Converter, constant, layer, optional, signal, weightOf } from '../scope.js'
import { axisIndex, channelsOf, describe, isAxis, type Signal } from '../signal.js'
import { refuse } from '../unsupported.js'

/** One value a channel, put in Tandem's order where a map was flattened. */
function channelWeight(x: Signal, given: Constant, axis: number): Weight {
  const { of, order } = x.axes[axis]!
  return weightOf(given, [channelsOf(x)], of === 'features' ? reordered(given.data, order!) : given.data)
}

/** ONNX's momentum, like Tandem's, is the weight of the old statistics. */
export const batchNorm: Converter = scope => {
  const { node } = scope
  const x = signal(scope)
  if (int(node, 'training_mode', 0) || int(node, 'spatial', 1) !== 1)
    refuse('normalizes by the statistics of the batch; export the model in evaluation mode')
  if (x.axes[1]?.of !== 'features' && !isAxis(x, 1, 'channels'))
    refuse(`normalizes axis 1 of ${describe(x)}, not the channels`)
  const [gamma, beta, mean, variance] = ['scale', 'bias', 'mean', 'variance'].map((what, index) =>
    channelWeight(x, constant(scope, index + 1, what), 1),
  ) as [Weight, Weight, Weight, Weight]
  const made = layer(
    scope,
    'batchNorm',
    [x],
    { epsilon: shortest(float(node, 'epsilon', 1e-5)), momentum: shortest(float(node, 'momentum', 0.9)) },
    { gamma, beta, mean, variance },
    constant(scope, 1, 'scale').name,
  )
  return { ...x, ...made }
}

/** Over the channels of each pixel and nothing else; scale and bias may be left out. */
export const layerNorm: Converter = scope => {
  const { node } = scope
  const x = signal(scope)
  const axis = axisIndex(int(node, 'axis', -1), x.axes.length)
  const alone = node.op === NORMALIZE_AXIS || axis === x.axes.length - 1
  if (!alone || !isAxis(x, axis, 'channels'))
    refuse(`normalizes ${describe(x)} from axis ${axis} on; only the channels can be normalized`)
  const channels = channelsOf(x)
  const same = (value: number): Weight => ({
    shape: [channels],
    data: new Float32Array(channels).fill(value),
  })
  const [gamma, beta] = [optional(scope, 1, 'scale'), optional(scope, 2, 'bias')]
  const made = layer(
    scope,
    'layerNorm',
    [x],
    { epsilon: shortest(float(node, 'epsilon', 1e-5)) },
    {
      gamma: gamma ? channelWeight(x, gamma, axis) : same(1),
      beta: beta ? channelWeight(x, beta, axis) : same(0),
    },
    gamma?.name,
  )
  return { ...x, ...made }
}
