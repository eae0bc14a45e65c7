import { describe, expect, test } from 'vitest'
import {
  count,
  graph,
  inferShapes,
  mbconv,
  mobilenetV2,
  resnet,
  vggSmall,
  weightSpecs,
} from '../../src/network/index.js'

const block = (options: Partial<Parameters<typeof mbconv>[2]>, shape = [8, 8, 16]) => {
  const net = graph('net', shape)
  mbconv(net, net.input, { name: 'b', filters: 16, ...options })
  return net.finish()
}
const names = (network: ReturnType<typeof block>) => network.layers.map(layer => layer.name)

describe('an MBConv block', () => {
  test('expands, filters, projects and adds its input', () => {
    expect(names(block({}))).toEqual([
      'b/expand',
      'b/expand_bn',
      'b/expand_act',
      'b/depthwise',
      'b/depthwise_bn',
      'b/depthwise_act',
      'b/project',
      'b/project_bn',
      'b/add',
    ])
  })

  test('has no expand convolution with expansion 1', () => {
    expect(names(block({ expansion: 1 }))[0]).toBe('b/depthwise')
    expect(() => block({ expansion: 1, mid: 8 })).toThrow(/block "b": .* has 16 mid channels, not 8/)
  })

  test('adds its input only at stride 1, with equal channels, and unless told not to', () => {
    for (const options of [{ stride: 2 }, { filters: 24 }, { residual: false }])
      expect(names(block(options)).at(-1)).toBe('b/project_bn')
  })

  test('filters mid channels one by one', () => {
    const kernel = (options: Parameters<typeof block>[0]) =>
      weightSpecs(block(options)).find(weight => weight.name === 'b/depthwise/kernel')!.shape
    expect(kernel({ kernel: 5, expansion: 3 })).toEqual([5, 5, 1, 48])
    expect(kernel({ mid: 10 })).toEqual([3, 3, 1, 10])
  })

  test('weighs its channels where squeeze-and-excitation is asked for, behind the depthwise convolution', () => {
    const network = block({ squeezeRatio: 0.25, activation: 'silu' })
    const part = names(network).slice(6, -3)
    expect(part).toEqual(
      ['pool', 'reduce', 'reduce_act', 'expand', 'gate', 'scale'].map(name => `b/se_${name}`),
    )
    const shapes = Object.fromEntries(weightSpecs(network).map(({ name, shape }) => [name, shape]))
    expect(shapes).toMatchObject({
      'b/se_reduce/kernel': [1, 1, 96, 4],
      'b/se_reduce/bias': [4],
      'b/se_expand/kernel': [1, 1, 4, 96],
      'b/se_expand/bias': [96],
    })
    expect(network.layers.filter(({ name }) => /se_(reduce_act|gate)/.test(name))).toMatchObject([
      { function: 'silu' },
      { function: 'sigmoid' },
    ])
    expect(count(network).macs - count(block({ activation: 'silu' })).macs).toBeLessThanOrEqual(
      2 * 96 * 4 + 3 * 8 * 8 * 96,
    )
    const narrow = weightSpecs(block({ squeezeRatio: 0.25, filters: 3 }, [8, 8, 3]))
    expect(narrow.find(({ name }) => name === 'b/se_reduce/kernel')!.shape).toEqual([1, 1, 18, 1])
  })

  test('takes the activation and the batch normalization it is given', () => {
    const { layers } = block({ activation: 'relu', batchNorm: { epsilon: 1e-3, momentum: 0.99 } })
    expect(layers.filter(layer => layer.type === 'activation').map(layer => layer.function)).toEqual([
      'relu',
      'relu',
    ])
    for (const layer of layers)
      if (layer.type === 'batchNorm') expect(layer).toMatchObject({ epsilon: 1e-3, momentum: 0.99 })
  })
})

describe('a CIFAR ResNet', () => {
  test('has depth − 1 convolutions, and option A adds no weights', () => {
    const convs = (depth: number) => resnet({ depth }).layers.filter(layer => layer.type === 'conv').length
    expect([20, 56].map(convs)).toEqual([19, 55])
  })

  test('pads the shortcut of a wider stage evenly', () => {
    const pads = resnet({ depth: 20 }).layers.filter(layer => layer.type === 'padChannels')
    expect(pads.map(({ name, before, after }) => [name, before, after])).toEqual([
      ['stage2/block1/shortcut_pad', 8, 8],
      ['stage3/block1/shortcut_pad', 16, 16],
    ])
  })

  test('can project its shortcuts instead', () => {
    const { layers } = resnet({ depth: 20, shortcut: 'B' })
    expect(layers.filter(layer => /shortcut$/.test(layer.name))).toHaveLength(2)
    expect(layers.some(layer => layer.type === 'padChannels')).toBe(false)
  })

  test('comes in depths 6n + 2', () => {
    expect(() => resnet({ depth: 34 })).toThrow(/depth 6n \+ 2 .* got 34/)
  })
})

describe('the small VGG', () => {
  test('pools before every second batch normalization, and has 4.6 M weights at full width', () => {
    const network = vggSmall()
    const [first] = [...network.layers.keys()].filter(i => network.layers[i]!.type === 'pool')
    expect(network.layers.slice(first! - 1, first! + 3).map(({ type }) => type)).toEqual([
      ...['conv', 'pool', 'batchNorm', 'activation'],
    ])
    expect(inferShapes(network).get('flatten')).toEqual([4 * 4 * 512])
    expect(count(network).params).toBe(
      9 * (3 * 128 + 128 * 128 + 128 * 256 + 256 * 256 + 256 * 512 + 512 * 512) + 8192 * 10 + 10,
    )
    expect(vggSmall({ width: 0.25, classes: 5 }).weights).toEqual({})
  })
})

describe('MobileNetV2', () => {
  test('ends on 7×7 for ImageNet and 8×8 for CIFAR', () => {
    const last = (variant: 'imagenet' | 'cifar') => inferShapes(mobilenetV2({ variant })).get('last_act')
    expect(last('imagenet')).toEqual([7, 7, 1280])
    expect(last('cifar')).toEqual([8, 8, 1280])
  })

  test('scales by a width multiplier to multiples of 8', () => {
    const shapes = inferShapes(mobilenetV2({ width: 0.5 }))
    expect(['stem', 'block2/project', 'last'].map(name => shapes.get(name)!.at(-1))).toEqual([16, 16, 1280])
    expect(count(mobilenetV2({ width: 0.5 })).macs / 1e6).toBeCloseTo(97.1, 0)
    expect(
      inferShapes(mobilenetV2({ width: 1.4 }))
        .get('last')!
        .at(-1),
    ).toBe(1792)
  })

  test('takes mid widths for each of its 17 blocks', () => {
    expect(() => mobilenetV2({ mid: [1, 2, 3] })).toThrow(/has 17 blocks; mid names the channels of 3/)
  })
})
