import { describe, expect, test } from 'vitest'
import { count, inferShapes, resnet50, vgg16 } from '../../src/network/index.js'

describe('VGG-16', () => {
  test('at 224 has the 15.35 G MACs of its convolutions and 138.36 M parameters', () => {
    const { layers, macs, params } = count(vgg16())
    const convolutions = layers.filter(({ type }) => type === 'conv')
    expect(convolutions).toHaveLength(13)
    expect(convolutions.reduce((sum, layer) => sum + layer.macs, 0)).toBe(15_346_630_656)
    expect({ macs, params }).toEqual({ macs: 15_470_264_320, params: 138_357_544 })
  })

  test('for CIFAR ends on one pixel, normalizes and has no hidden dense layers', () => {
    const network = vgg16({ variant: 'cifar', width: 0.5 })
    expect(inferShapes(network).get('pool5')).toEqual([1, 1, 256])
    expect(network.layers.filter(({ type }) => type === 'dense').map(({ name }) => name)).toEqual([
      'classifier',
    ])
    expect(network.layers.filter(({ type }) => type === 'batchNorm')).toHaveLength(13)
  })
})

test('ResNet-50 has 4.09 G MACs and 25.56 M parameters, as torchvision’s', () => {
  const { macs, params, batchNormParams } = count(resnet50())
  expect(macs).toBe(4_089_184_256)
  expect(params + batchNormParams).toBe(25_557_032)
})
