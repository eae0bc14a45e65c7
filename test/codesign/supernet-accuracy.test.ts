import { describe, expect, it } from 'vitest'
import type { Pair, Scheme } from '../../src/codesign/index.js'
import { supernetAccuracy, supernetNetworks } from '../../src/codesign/supernet-index.js'
import { runOnnx } from '../../src/cost/index.js'
import { inOrder, splitTraining } from '../../src/data/index.js'
import { tf } from '../../src/engine/index.js'
import { DataError } from '../../src/errors.js'
import { type Network, writeOnnx } from '../../src/network/index.js'
import { prepare, quantizeWeights, schemes } from '../../src/quantize/index.js'
import { bars, source, space, weights } from './bars-supernet.js'

const dataset = await bars()
const parts = { space, source, dataset, weights: () => weights }
const networks = supernetNetworks(parts)
const SCHEMES: readonly Scheme[] = ['float32', 'int16', 'int8', 'int8x4', 'lightnn-1', 'lightnn-2']
const architecture = ['3x3-e6', '5x5-e3']

/** Share of the held-out images that onnxruntime classifies right. */
async function theirs(network: Network): Promise<number> {
  const { heldOut } = splitTraining(dataset.train, source)
  let [right, count] = [0, 0]
  for (const { images, labels, count: n } of inOrder(dataset, 'train', heldOut)) {
    const logits = await runOnnx(writeOnnx(network), images, [n, ...space.input])
    const width = logits.length / n
    for (const [i, label] of labels.entries()) {
      const row = [...logits.subarray(i * width, (i + 1) * width)]
      if (row.indexOf(Math.max(...row)) === label) right++
    }
    count += n
  }
  return right / count
}

describe('accuracy from a supernet', () => {
  it.each(SCHEMES)('in %s is that of the network in another runtime', async scheme => {
    const pair = { architecture, scheme }
    // A feature map on the border of two integers may fall the other way.
    expect(Math.abs(networks.accuracy(pair) - (await theirs(networks.network(pair))))).toBeLessThanOrEqual(
      0.02,
    )
  })

  it.each(SCHEMES.slice(1))('is of kernels on the grid of %s', scheme => {
    const network = networks.network({ architecture, scheme })
    const { layers } = prepare(network, schemes[scheme as 'int8'])
    const again = quantizeWeights(prepare(network, schemes[scheme as 'int8']))
    for (const layer of layers)
      expect(again.weights[`${layer}/kernel`]!.data).toEqual(network.weights[`${layer}/kernel`]!.data)
    const float = networks.latent({ architecture, scheme })
    expect(float.weights[`${layers[1]}/kernel`]!.data).not.toEqual(
      network.weights[`${layers[1]}/kernel`]!.data,
    )
  })

  it('has batch norms whose statistics are those of the network alone', () => {
    const [one, other] = [architecture, ['3x3-e3', 'skip']].map(
      architecture => networks.network({ architecture, scheme: 'int8' }).weights,
    )
    const name = Object.keys(other!).find(name => /^b01.*\/mean$/.test(name))!
    expect(other![name]!.data).not.toEqual(one![name]!.data.slice(0, other![name]!.data.length))
    expect(other![name]!.data).not.toEqual(weights[name]!.data.slice(0, other![name]!.data.length))
  })

  it('depends on the pair alone, and sees no test image', async () => {
    const pairs = SCHEMES.flatMap((scheme): Pair[] => [
      { architecture, scheme },
      { architecture: ['3x3-e3', 'skip'], scheme },
    ])
    const model = supernetAccuracy(parts)
    const forwards = await model.accuracies(pairs)
    const backwards = await supernetAccuracy({
      ...parts,
      dataset: { ...dataset, test: { ...dataset.test, count: 0 } },
    }).accuracies(pairs.toReversed())
    expect(backwards.toReversed()).toEqual(forwards)
    expect(new Set(forwards).size).toBeGreaterThan(2)
    const { numTensors } = tf.memory()
    await model.accuracies(pairs.slice(0, 2))
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  it('takes the weights that were tuned for a scheme', () => {
    const zeros = Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [
        name,
        name.startsWith('classifier') || name.startsWith('head')
          ? { ...weight, data: weight.data.map(x => -x) }
          : weight,
      ]),
    )
    const own = supernetNetworks({ ...parts, weights: scheme => (scheme === 'int8' ? zeros : weights) })
    const [plain, tuned] = [networks, own].map(each => each.network({ architecture, scheme: 'int8' }))
    expect(tuned!.weights).not.toEqual(plain!.weights)
    expect(own.network({ architecture, scheme: 'int16' }).weights).toEqual(
      networks.network({ architecture, scheme: 'int16' }).weights,
    )
  })

  it('is refused where no image was held out', () => {
    const make = () => supernetNetworks({ ...parts, source: { ...source, heldOut: 0 } })
    expect(make).toThrow(DataError)
    expect(make).toThrow(/trained on all of its training images/)
  })
})
