import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tf } from '../../src/engine/index.js'
import { InputError } from '../../src/errors.js'
import {
  type Graph,
  graph,
  mbconv,
  type Network,
  readOnnx,
  readSafetensors,
  resnet,
  type Tensors,
  weightsOnto,
} from '../../src/network/index.js'
import { packageRoot } from '../../src/package-root.js'
import { temporaryFolder } from '../data/temporary-folder.js'
import { floats, runNetwork, tinyFile } from './onnx-file.js'
import { withRandomWeights } from './random-network.js'

const data = join(packageRoot, '../shared/data')
const missing = !existsSync(join(data, 'models/mlperf_resnet8_cifar10.safetensors'))
const needs = missing ? ' (skipped: needs ../shared/data)' : ''
const tensorsOf = (name: string) => readSafetensors(readFileSync(join(data, 'models', name)), name).tensors

/** A network of every kind of layer with weights. */
function small(name: (name: string) => string = each => each): Network {
  const net = graph('small', [4, 4, 3])
  const conv = net.conv(net.input, { name: name('stem/conv'), filters: 4, bias: true })
  const norm = net.layerNorm(net.batchNorm(conv, { name: name('stem/bn') }), { name: name('stem/norm') })
  const depthwise = net.conv(norm, { name: name('stem/depthwise'), filters: 4, groups: 4, kernel: [3, 5] })
  net.dense(net.dropout(net.flatten(depthwise)), { name: name('head/fc'), units: 2 })
  return net.finish()
}

const filled = (shape: readonly number[], seed: number) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => seed + i / 100),
})

/** The small network's weights as PyTorch would save them. */
const torch = (): Record<string, Tensors[string]> => ({
  'stem.conv.weight': filled([4, 3, 3, 3], 1),
  'stem.conv.bias': filled([4], 2),
  'stem.bn.weight': filled([4], 3),
  'stem.bn.bias': filled([4], 4),
  'stem.bn.running_mean': filled([4], 5),
  'stem.bn.running_var': filled([4], 6),
  'stem.bn.num_batches_tracked': filled([], 7),
  'stem.norm.weight': filled([4], 8),
  'stem.norm.bias': filled([4], 9),
  'stem.depthwise.weight': filled([4, 1, 3, 5], 10),
  'head.fc.weight': filled([2, 64], 11),
  'head.fc.bias': filled([2], 12),
})

describe('the weights of a PyTorch state dict', () => {
  test('go to the layers of their names, turned', () => {
    const { weights } = weightsOnto(small(), torch())
    const [kernel, given] = [weights['stem/conv/kernel']!, torch()['stem.conv.weight']!]
    const at = ([h, w, i, o]: readonly [number, number, number, number]) =>
      kernel.data[((h * 3 + w) * 3 + i) * 4 + o]
    expect(at([2, 1, 0, 3])).toBe(given.data[3 * 27 + 0 * 9 + 2 * 3 + 1])
    expect(weights['stem/depthwise/kernel']!.shape).toEqual([3, 5, 1, 4])
    expect(weights['stem/bn/variance']!.data).toEqual(torch()['stem.bn.running_var']!.data)
    expect(weights['stem/norm/gamma']!.data).toEqual(torch()['stem.norm.weight']!.data)
    // Unit 1 of pixel (y, x) and channel c: row-major over [channels, height, width] there, [height, width, channels] here.
    const [y, x, c] = [2, 3, 1]
    const row = (y * 4 + x) * 4 + c
    expect(weights['head/fc/kernel']!.data[row * 2 + 1]).toBe(
      torch()['head.fc.weight']!.data[64 + c * 16 + y * 4 + x],
    )
  })

  test('go to layers of other names in their order, wrapped in `module.` too', () => {
    const network = small(name => name.replace(/\w+\/(\w)\w*$/, '$1'))
    const wrapped = Object.fromEntries(
      Object.entries(torch()).map(([name, tensor]) => [`module.${name}`, tensor]),
    )
    const values = (of: Network) => Object.values(of.weights).map(({ data }) => data)
    expect(values(weightsOnto(network, wrapped))).toEqual(values(weightsOnto(small(), torch())))
  })

  test('fit a network that was read from ONNX by its names', () => {
    const file = tinyFile({
      input: ['n', 3, 4, 4],
      nodes: [
        ['Conv', ['x', 'body.0.weight'], 'a'],
        ['Transpose', ['a'], 't', { perm: [0, 2, 3, 1] }],
        ['MatMul', ['t', 'w'], 'm', {}, '/body/body.1/MatMul'],
        ['Mul', ['m', 'body.scale'], 'y'],
      ],
      constants: { 'body.0.weight': floats([2, 3, 3, 3]), w: floats([2, 5]), 'body.scale': floats([5]) },
    })
    const state = {
      'body.0.weight': filled([2, 3, 3, 3], 1),
      'body.scale': filled([5, 1, 1], 2),
      'body.1.weight': filled([5, 2], 3),
    }
    const { weights } = weightsOnto(readOnnx(file), state)
    expect(weights['body.1/kernel']).toMatchObject({ shape: [1, 1, 2, 5] })
    expect(weights['body.1/kernel']!.data[1]).toBe(state['body.1.weight'].data[2])
    expect(weights['body.scale/gamma']!.data).toEqual(state['body.scale'].data)
  })

  test('that are missing, left over, of another shape or no numbers are all named', () => {
    const { 'stem.bn.running_var': _, ...rest } = torch()
    const wrong = {
      ...rest,
      'stem.conv.weight': filled([4, 3, 5, 5], 1),
      'stem.norm.bias': { shape: [4], data: Float32Array.of(1, Number.NaN, 2, 3) },
      'stem.extra.weight': filled([2], 1),
    }
    expect(() => weightsOnto(small(), wrong, 'w.safetensors')).toThrow(
      new InputError(
        'w.safetensors: these weights do not fit network "small":\n' +
          '  missing: stem/bn/variance\n' +
          '  of another shape: "stem.conv.weight" [4,3,5,5] for "stem/conv/kernel" [3,3,3,4]\n' +
          '  not finite: "stem.norm.bias"\n' +
          '  not used: "stem.extra.weight"',
      ),
    )
  })
})

test('a network’s own weights go back onto its structure', () => {
  const network = withRandomWeights(resnet({ depth: 8 }), 1)
  expect(weightsOnto(resnet({ depth: 8 }), network.weights).weights).toEqual(network.weights)
})

test('Keras’s weights are taken by the numbers in their names, though files sort those by letters', () => {
  const net = graph('chain', [4, 4, 2])
  let last = net.input
  for (let i = 0; i < 12; i++) last = net.conv(last, { filters: 2, kernel: 1 })
  const names = Array.from({ length: 12 }, (_, i) => (i === 0 ? 'conv2d' : `conv2d_${i}`)).sort()
  const tensors = Object.fromEntries(
    names.map(name => [`${name}/kernel:0`, filled([1, 1, 2, 2], Number(name.split('_')[1] ?? 0))]),
  )
  const { weights } = weightsOnto(net.finish(), tensors)
  expect(Array.from({ length: 12 }, (_, i) => weights[`conv${i + 1}/kernel`]!.data[0])).toEqual([
    ...Array(12).keys(),
  ])
})

/** MLPerf Tiny's ResNet-8: a bias in every convolution, TensorFlow's "same" padding, batch norm's epsilon of Keras. */
function mlperfResnet8(): Network {
  const net = graph('resnet8', [32, 32, 3])
  const conv = (from: string, filters: number, kernel = 3, strides = 1) => {
    const before = kernel === 1 || strides === 2 ? 0 : 1
    const after = kernel === 1 ? 0 : 1
    return net.conv(from, { filters, kernel, strides, padding: [before, after, before, after], bias: true })
  }
  const norm = (from: string) => net.batchNorm(from, { epsilon: 1e-3 })
  let x = net.activation(norm(conv(net.input, 16)))
  for (const [filters, strides] of [
    [16, 1],
    [32, 2],
    [64, 2],
  ] as const) {
    const inner = norm(conv(net.activation(norm(conv(x, filters, 3, strides))), filters))
    x = net.activation(net.add([strides === 1 ? x : conv(x, filters, 1, strides), inner]))
  }
  net.dense(net.globalAveragePool(x), { units: 10 })
  return net.finish()
}

describe.skipIf(missing)(`trained weights of other projects${needs}`, () => {
  test('make MLPerf’s ResNet-8 classify as published: 88.1 % of the test images', { timeout: 60_000 }, () => {
    const network = weightsOnto(mlperfResnet8(), tensorsOf('mlperf_resnet8_cifar10.safetensors'))
    const folder = temporaryFolder()
    expect(spawnSync(process.execPath, [join(data, 'unpack-cifar10.mjs'), folder]).status).toBe(0)
    const records = readFileSync(join(folder, 'test_batch.bin'))
    const right = tf.tidy(() => {
      const planes = tf.tensor(Uint8Array.from(records), [1000, 3073], 'int32')
      const pixels = tf.cast(tf.slice(planes, [0, 1], [1000, 3072]), 'float32')
      const images = tf.transpose(tf.reshape(pixels, [1000, 3, 32, 32]), [0, 2, 3, 1])
      const found = Array.from(tf.argMax(runNetwork(network, images), 1).dataSync())
      return found.reduce((sum, each, i) => sum + Number(each === records[i * 3073]), 0)
    })
    // 1,000 of the 10,000 images: 88.1 % give or take two standard deviations.
    expect(Math.abs(right / 1000 - 0.881)).toBeLessThan(0.02)
  })

  test('go onto the ProxylessNAS network that their shapes describe', () => {
    const tensors = tensorsOf('proxyless_w0.3_r176_imagenet.safetensors')
    const network = proxyless(tensors)
    const { weights } = weightsOnto(network, tensors)
    const given = tensors['blocks.21.mobile_inverted_conv.depth_conv.conv.weight']!
    const kernel = weights['block21/depthwise/kernel']!
    expect(kernel.shape).toEqual([7, 7, 1, 384])
    expect(kernel.data[(2 * 7 + 5) * 384 + 100]).toBe(given.data[100 * 49 + 2 * 7 + 5])
    expect(weights['feature_mix/bn/mean']!.data).toEqual(tensors['feature_mix_layer.bn.running_mean']!.data)
  })
})

/** The blocks' kernels and widths are in the file, their strides in the paper; those that do nothing are left out. */
function proxyless(tensors: Tensors): Network {
  const net: Graph = graph('proxyless', [176, 176, 3])
  const shape = (name: string) => tensors[name]?.shape
  const block = (from: string, name: string, filters: number, kernel: number, strides: number) =>
    net.activation(
      net.batchNorm(net.conv(from, { name, filters, kernel, strides }), { name: `${name}/bn` }),
      {
        function: 'relu6',
      },
    )
  let x = block(net.input, 'first', 16, 3, 2)
  for (let i = 0; i < 22; i++) {
    const prefix = `blocks.${i}.mobile_inverted_conv`
    const depthwise = shape(`${prefix}.depth_conv.conv.weight`)
    if (!depthwise) continue
    x = mbconv(net, x, {
      name: `block${i}`,
      filters: shape(`${prefix}.point_linear.conv.weight`)![0]!,
      kernel: depthwise[2]!,
      stride: [1, 5, 9, 17].includes(i) ? 2 : 1,
      ...(shape(`${prefix}.inverted_bottleneck.conv.weight`)
        ? { expansion: 6, mid: depthwise[0]! }
        : { expansion: 1 }),
    })
  }
  net.dense(net.globalAveragePool(block(x, 'feature_mix', 384, 1, 1)), { units: 1000 })
  return net.finish()
}
