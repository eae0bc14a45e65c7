import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { count, graph, initialize, mobilenetV2 } from '../../src/network/index.js'
import { poolable, poolConvolutions, skipUnreadPixels } from '../../src/pool/index.js'
import { random } from '../../src/random.js'
import { normals, withRandomWeights } from '../network/random-network.js'
import { referenceForward } from '../network/reference-forward.js'

const interpolations = (network: Parameters<typeof skipUnreadPixels>[0]) =>
  network.layers.filter(({ type }) => type === 'resize').map(({ name }) => name)

describe('interpolated pixels that nothing reads', () => {
  it('are not computed between a pooled convolution and a pooled pointwise one', () => {
    const network = initialize(mobilenetV2({ variant: 'cifar', width: 0.25 }), 1)
    const pooled = poolConvolutions(network, poolable(network).layers)
    const short = skipUnreadPixels(pooled)
    // Behind all 17 depthwise convolutions, which the projection reads; all 52 have one otherwise. The first of a
    // stage without a residual and the last also feed a pointwise convolution.
    const gone = interpolations(pooled).filter(name => !interpolations(short).includes(name))
    expect(gone.filter(name => name.includes('/depthwise')).length).toBe(17)
    for (const name of gone) expect(name).toMatch(/(depthwise|project)_interpolate$/)
    expect(count(short).macs).toBe(count(pooled).macs)
  })

  it('make no difference', () => {
    fc.assert(
      fc.property(fc.nat(1e6), seed => {
        const stream = random(seed, 'structure')
        const net = graph('chain', [5 + stream.integer(4), 5 + stream.integer(4), 2])
        let last = net.input
        for (let i = 0; i < 4; i++) {
          const pointwise = stream.integer(2) === 0
          last = net.conv(last, { filters: 3, kernel: pointwise ? 1 : 3, strides: 1 + stream.integer(2) })
          if (stream.integer(3) === 0) last = net.add([last, net.subsample(last, { strides: 1 })])
          if (stream.integer(4) === 0) last = net.subsample(last)
        }
        const network = withRandomWeights(net.finish(), seed)
        const pooled = poolConvolutions(
          network,
          poolable(network).layers.filter(() => stream.integer(3) > 0),
        )
        const image = normals(network.input.shape[0]! * network.input.shape[1]! * 2, stream)
        expect(referenceForward(skipUnreadPixels(pooled), image)).toEqual(referenceForward(pooled, image))
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('stay where the network gives them, or something else reads them too', () => {
    const net = graph('read', [6, 6, 2])
    const a = net.conv(net.input, { name: 'a', filters: 2 })
    net.add([net.conv(a, { name: 'b', filters: 2, kernel: 1, strides: 2 }), net.pool(a)])
    const pooled = poolConvolutions(net.finish(), ['a'])
    expect(skipUnreadPixels(pooled)).toEqual(pooled)
    const alone = graph('alone', [6, 6, 2])
    alone.conv(alone.input, { name: 'a', filters: 2 })
    expect(interpolations(skipUnreadPixels(poolConvolutions(alone.finish(), ['a'])))).toEqual([
      'a_interpolate',
    ])
  })
})
