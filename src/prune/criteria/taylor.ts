import {
  batchFeeds,
  compile,
  createModel,
  disposeModel,
  execute,
  gradients,
  type Model,
  positionFeeds,
  readAll,
  type Step,
  softmaxCrossEntropy,
  type Tensor,
  type Tensors,
  tf,
  withTensors,
} from '../../engine/index.js'
import { InputError } from '../../errors.js'
import type { Network } from '../../network/index.js'
import { prunableLayers } from '../filters.js'
import type { ChannelScores } from '../reduce.js'
import type { CriterionInput } from './criterion.js'

/** Weights that scale a channel as a whole, by the layer whose output it is. */
type Gates = ReadonlyMap<string, readonly string[]>

/**
 * Where a channel's importance is read: at γ and β of a batch normalization, and at the filter (with its bias) of a
 * layer that none follows. Behind a batch normalization a filter's own length does not change the loss.
 */
function gatesOf(network: Network, channels: CriterionInput['channels']): Gates {
  const norms = network.layers.filter(({ type }) => type === 'batchNorm')
  const normalised = new Set(norms.map(({ inputs }) => inputs[0]!))
  const bare = prunableLayers(network, channels).filter(layer => !normalised.has(layer))
  const own = (layer: string, parts: readonly string[]) =>
    [layer, parts.map(part => `${layer}/${part}`).filter(name => name in network.weights)] as const
  return new Map([
    ...norms.map(({ name }) => own(name, ['gamma', 'beta'])),
    ...bare.map(layer => own(layer, ['kernel', 'bias'])),
  ])
}

/**
 * (Σ ∂L/∂w · w)² over the weights that scale a channel, averaged over batches: how much the loss changes without it,
 * to first order (Molchanov et al. 2019). Batch normalization uses the batch's statistics.
 */
export async function taylorScores({
  network,
  channels,
  seed,
  images,
}: CriterionInput): Promise<ChannelScores> {
  if (images === undefined) throw new InputError('criterion taylor: needs data; name some with --data')
  const gates = gatesOf(network, channels)
  const model = createModel(network)
  const program = compile(importanceStep(model, gates))
  const sums = new Map<string, Float64Array>()
  try {
    let step = 0
    for (const batch of images()) {
      const position = { learningRate: 0, seed, step: step++ }
      withTensors(() => {
        const found = program.run({ ...batchFeeds(model, batch), ...positionFeeds(position) })
        for (const [layer, tensor] of Object.entries(found)) {
          const values = tensor.dataSync()
          const sum = sums.get(layer) ?? new Float64Array(values.length)
          sums.set(layer, sum)
          for (let i = 0; i < values.length; i++) sum[i]! += values[i]!
        }
      })
    }
    return new Map([...sums].map(([layer, sum]) => [layer, sum.map(value => value / step)]))
  } finally {
    program.dispose()
    disposeModel(model)
  }
}

const importanceStep =
  (model: Model, gates: Gates): Step =>
  feeds => {
    const { images, labels, seed, step } = feeds as Record<'images' | 'labels' | 'seed' | 'step', Tensor>
    const values = readAll(model.variables)
    const names = [...gates.values()].flat()
    const training = { seed, step, update: () => {} }
    const { gradients: found } = gradients(
      () =>
        softmaxCrossEntropy(
          execute(model.network, images, { weight: name => values.get(name)!, training }),
          labels,
        ),
      names.map(name => values.get(name)!),
    )
    const changes = new Map(names.map((name, i) => [name, perChannel(tf.mul(found[i]!, values.get(name)!))]))
    return Object.fromEntries(
      [...gates].map(([layer, parts]) => [
        layer,
        tf.square(parts.map(part => changes.get(part)!).reduce((a, b) => tf.add(a, b))),
      ]),
    ) as Tensors
  }

/** Sums over all but the last axis. */
const perChannel = (x: Tensor): Tensor => tf.sum(x, [...x.shape.keys()].slice(0, -1))
