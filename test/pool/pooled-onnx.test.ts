import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { count, type Network, readOnnx, writeOnnx } from '../../src/network/index.js'
import { packageRoot } from '../../src/package-root.js'
import { poolable, poolConvolution, poolConvolutions } from '../../src/pool/index.js'
import { random } from '../../src/random.js'
import { differenceToOnnx } from '../engine/onnx-runtime.js'
import { randomConvolution } from './random-convolution.js'

const models = join(packageRoot, '../shared/data/models')
const missing = !existsSync(join(models, 'resnet20_cifar10.onnx'))
const needs = missing ? ' (skipped: needs ../shared/data)' : ''

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength)

async function expectTheSame(pooled: Network, batch: number) {
  expect(await differenceToOnnx(pooled, batch)).toBeLessThan(1e-4)
  const again = readOnnx(writeOnnx(pooled))
  expect({ ...again, weights: {} }).toEqual({ ...pooled, weights: {} })
  expect(Object.keys(again.weights)).toEqual(Object.keys(pooled.weights))
  for (const [name, { shape, data }] of Object.entries(pooled.weights)) {
    expect(again.weights[name]!.shape).toEqual(shape)
    expect(Buffer.compare(bytes(again.weights[name]!.data), bytes(data)), name).toBe(0)
  }
}

describe('a pooled network has the same logits in onnxruntime, and is the same network when read back', () => {
  it('for convolutions of any size, odd ones too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async seed => {
        await expectTheSame(poolConvolution(randomConvolution(seed), 'conv'), 2)
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it.skipIf(missing).each([
    ['resnet20_cifar10', 19],
    ['vgg16_half_cifar10', 13],
    ['mobilenet_v2_w025', 52],
  ])(`for %s with all of its %i convolutions pooled, or any half${needs}`, async (name, convolutions) => {
    const network = readOnnx(join(models, `${name}.onnx`))
    const { layers, refused } = poolable(network)
    expect([layers.length, refused.size]).toEqual([convolutions, 0])
    for (const [i, share] of [1, 0.5, 0.5].entries()) {
      const drawn = random(i, 'pooled')
      const pooled = poolConvolutions(
        network,
        layers.filter(() => drawn.uniform() < share),
      )
      expect(count(pooled).macs).toBeLessThan(0.9 * count(network).macs)
      await expectTheSame(pooled, network.input.shape[0] === 32 ? 4 : 1)
    }
  })
})
