import { expect, test } from 'vitest'
import { count, legrnet50, mobilenetV2, resnet } from '../../src/network/index.js'

const millions = (macs: number, digits: number) => (macs / 1e6).toFixed(digits)

test('ResNet-56 on CIFAR has 125.49 M MACs', () => {
  const { macs, params, batchNormParams } = count(resnet({ depth: 56 }))
  expect(millions(macs, 2)).toBe('125.49')
  expect({ macs, params, batchNormParams }).toEqual({
    macs: 125_485_696,
    params: 848_954,
    batchNormParams: 4_064,
  })
})

test('ResNet-20 on CIFAR has 40.55 M MACs', () => {
  const { macs, params, batchNormParams } = count(resnet({ depth: 20 }))
  expect(millions(macs, 2)).toBe('40.55')
  expect({ macs, params, batchNormParams }).toEqual({
    macs: 40_551_040,
    params: 268_346,
    batchNormParams: 1_376,
  })
})

test('MobileNetV2 on ImageNet has 300.8 M MACs', () => {
  const { macs, params, batchNormParams } = count(mobilenetV2())
  expect(millions(macs, 1)).toBe('300.8')
  expect(macs).toBe(300_774_272)
  expect(params + batchNormParams).toBe(3_504_872)
})

test('MobileNetV2 on CIFAR-100 has 265.807 M MACs', () => {
  const { macs } = count(mobilenetV2({ variant: 'cifar', classes: 100 }))
  expect(millions(macs, 3)).toBe('265.807')
  expect(macs).toBe(265_806_848)
})

test("LeGR's published network has half the MACs of MobileNetV2", () => {
  const { macs } = count(legrnet50())
  expect(macs).toBe(150_376_273)
  expect((macs / count(mobilenetV2()).macs).toFixed(3)).toBe('0.500')
})

test('a count is the sum of its layers, batch normalization apart', () => {
  const { macs, params, batchNormParams, layers } = count(resnet({ depth: 20 }))
  const sum = (of: (layer: (typeof layers)[number]) => number) =>
    layers.reduce((total, l) => total + of(l), 0)
  expect(sum(layer => layer.macs)).toBe(macs)
  expect(sum(layer => layer.params)).toBe(params + batchNormParams)
  expect(layers.find(layer => layer.name === 'stem')).toEqual({
    name: 'stem',
    type: 'conv',
    macs: 32 * 32 * 16 * 27,
    params: 16 * 27,
  })
  expect(new Set(layers.filter(layer => layer.macs > 0).map(layer => layer.type))).toEqual(
    new Set(['conv', 'dense']),
  )
})
