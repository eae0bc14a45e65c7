import { describe, expect, it } from 'vitest'
import {
  createNetwork,
  type Graph,
  graph,
  initialize,
  mobilenetV2,
  type Network,
  resnet,
  vgg16,
} from '../../src/network/index.js'
import { channelsOf, explainGroups, type Group, groupsOf } from '../../src/prune/index.js'

const groups = (network: Network): readonly Group[] => groupsOf(network, channelsOf(network))
const sizes = (network: Network) =>
  Object.fromEntries(groups(network).map(({ name, atoms, channels }) => [name, atoms.length * channels]))
const built = (build: (net: Graph) => void, shape = [4, 4, 3]) => {
  const net = graph('built', shape)
  build(net)
  return net.finish()
}

describe('groups', () => {
  it('of ResNet-56 with option-A shortcuts: one for each inner convolution, one for what each stage adds', () => {
    const found = groups(resnet({ depth: 56 }))
    expect(found).toHaveLength(27 + 3 + 2)
    const shared = found.filter(({ writers }) => writers.length > 1)
    expect(
      shared.map(({ name, atoms, writers, readers }) => [name, atoms.length, writers.length, readers.length]),
    ).toEqual([
      // Stage 1's channels go on through stages 2 and 3; a stage's own begin as zeros.
      ['stem', 16, 1 + 9 + 9 + 9, 9 + 9 + 9 + 1],
      ['stage2/block1/conv2', 16, 1 + 9 + 9, 8 + 9 + 1],
      ['stage3/block1/conv2', 32, 1 + 9, 8 + 1],
    ])
    expect(found.filter(({ fixed }) => fixed !== undefined).map(({ name }) => name)).toEqual([
      'input',
      'classifier',
    ])
  })

  it('of ResNets with projected shortcuts end with the stage', () => {
    const shared = groups(resnet({ depth: 20, shortcut: 'B' })).filter(({ writers }) => writers.length > 1)
    expect(shared.map(({ name, writers }) => [name, writers.length])).toEqual([
      ['stem', 4],
      ['stage2/block1/conv2', 4],
      ['stage3/block1/conv2', 4],
    ])
  })

  it('of MobileNetV2 hold a depthwise convolution with the one that expands', () => {
    const found = groups(mobilenetV2({ variant: 'cifar' }))
    expect(found.find(({ name }) => name === 'block2/expand')).toMatchObject({
      channels: 1,
      writers: ['block2/expand'],
      through: expect.arrayContaining(['block2/depthwise']),
      readers: ['block2/project'],
    })
    // Stem, 17 + 16 convolutions that project and expand, but for residual ones that share, input, last and output.
    expect(found).toHaveLength(3 + 1 + 16 + (17 - 10))
  })

  it('of VGG hand on what a pixel flattens to', () => {
    const network = vgg16({ width: 1 / 16 })
    const last = groups(network).find(({ name }) => name === 'conv5_3')!
    expect(last).toMatchObject({ channels: 1, readers: ['fc6'] })
    expect(last.atoms).toHaveLength(32)
    expect(channelsOf(network).of.get('flatten')).toHaveLength(7 * 7 * 32)
  })

  it.each<[string, (net: Graph) => void, Record<string, number>]>([
    [
      'a sum joins its terms',
      net =>
        net.dense(
          net.flatten(net.add([net.conv(net.input, { filters: 4 }), net.conv(net.input, { filters: 4 })])),
          { units: 2 },
        ),
      { input: 3, conv1: 4, dense1: 2 },
    ],
    [
      'a sum with the input is fixed with it',
      net => net.dense(net.flatten(net.add([net.conv(net.input, { filters: 3 }), net.input])), { units: 2 }),
      { input: 3, dense1: 2 },
    ],
    [
      'what excites a map is one with it',
      net => {
        const map = net.conv(net.input, { filters: 4 })
        const hidden = net.dense(net.globalAveragePool(map), { units: 2 })
        net.dense(net.flatten(net.multiply([map, net.dense(hidden, { units: 4 })])), { units: 2 })
      },
      { input: 3, conv1: 4, dense1: 2, dense3: 2 },
    ],
    [
      'the same tensor twice in a concat is there once',
      net => {
        const map = net.conv(net.input, { filters: 4 })
        net.dense(net.flatten(net.concat([map, map])), { units: 2 })
      },
      { input: 3, conv1: 4, dense1: 2 },
    ],
    [
      'a split tells its parts apart',
      net => {
        const map = net.conv(net.input, { filters: 6 })
        const part = net.sliceChannels(map, { start: 0, count: 2 })
        const rest = net.sliceChannels(map, { start: 2, count: 4 })
        net.dense(net.flatten(net.concat([net.conv(part, { filters: 1 }), rest])), { units: 2 })
      },
      { input: 3, conv1: 4, conv2: 1, dense1: 2 },
    ],
    [
      'one output channel is not depthwise',
      net =>
        net.dense(net.flatten(net.conv(net.conv(net.input, { filters: 1 }), { filters: 1 })), { units: 2 }),
      { input: 3, conv1: 1, conv2: 1, dense1: 2 },
    ],
    [
      'a softmax fixes what it is over',
      net => net.dense(net.softmax(net.dense(net.flatten(net.input), { units: 4 })), { units: 2 }),
      { input: 3, dense1: 4, dense2: 2 },
    ],
  ])('%s', (_, build, expected) => {
    const found = sizes(built(build))
    expect(found).toMatchObject(expected)
  })

  it('say that a shuffle ties its groups channel by channel', () => {
    const network = built(net => {
      const map = net.conv(net.input, { filters: 6 })
      net.conv(net.channelShuffle(map, { groups: 2 }), { name: 'reader', filters: 2 })
    })
    const { of } = channelsOf(network)
    const [a, b, c] = of.get('conv1')!
    expect([...of.get('conv1')!]).toEqual([a, b, c, a, b, c])
    expect([...of.get('channelShuffle1')!]).toEqual([a, a, b, b, c, c])
    expect(groups(network).find(({ name }) => name === 'conv1')).toMatchObject({ channels: 2 })
  })

  it('hold layers that share the values of a kernel', () => {
    const net = graph('shared', [4, 4, 3])
    const first = net.conv(net.input, { name: 'first', filters: 4 })
    const [a, b] = ['a', 'b'].map(name => net.conv(first, { name, filters: 4 })) as [string, string]
    net.dense(net.globalAveragePool(net.concat([a, b])), { units: 2 })
    const network = initialize(net.finish(), 1)
    expect(sizes(network)).toMatchObject({ a: 4, b: 4 })
    const weights = { ...network.weights, 'b/kernel': network.weights['a/kernel']! }
    const shared = createNetwork({ ...network, weights })
    expect(channelsOf(shared).of.get('a')).toEqual(channelsOf(shared).of.get('b'))
  })

  it('are explained as chains', () => {
    const network = mobilenetV2({ variant: 'cifar' })
    const text = explainGroups(groups(network), network)
    expect(text).toContain('input: 3 channels, fixed: they are the input "input"\n  input → stem\n')
    expect(text).toContain(
      'block2/expand: 96 channels\n  block2/expand → 2 batchNorm, 2 activation, 1 conv → block2/project\n',
    )
    expect(text).toContain('classifier: 10 channels, fixed: they are the output "classifier"')
  })
})
